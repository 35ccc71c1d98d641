package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.ForwardSteps;

/** The steps of a forwarded port as a table: what is there, and what is missing. */
final class StepWords {
  private static final int WIDTH = 44;

  private StepWords() {}

  static List<String> lines(Answer answer, Paint paint) {
    List<ForwardSteps.One> steps = ForwardSteps.of(answer);
    List<String> lines = new ArrayList<>();
    if (steps.isEmpty()) {
      return lines;
    }
    lines.add(paint.strong("Steps of the forwarded port"));
    for (ForwardSteps.One step : steps) {
      String mark = step.present() ? paint.good("✓") : paint.bad("✗");
      String what = step.number() + "  " + step.machine() + " " + words(step);
      String place =
          step.present() ? step.source().map(Object::toString).orElse("") : "missing, see Fix";
      lines.add("  " + mark + " " + (Lines.pad(what, WIDTH) + place).stripTrailing());
    }
    lines.add("");
    return lines;
  }

  private static String words(ForwardSteps.One step) {
    switch (step.kind()) {
      case TRANSLATE:
        return "translates it to " + step.to();
      case PASS:
        return "lets it pass";
      case LET_IN:
        return "lets it in";
      default:
        return "listens there";
    }
  }
}
