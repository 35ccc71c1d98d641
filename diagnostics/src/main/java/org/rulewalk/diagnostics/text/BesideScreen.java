package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.forwarding.ForwardStep;
import org.rulewalk.diagnostics.forwarding.Forwarded;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Between;

/** The parts of {@code why}'s screen that are about PedOS' own ways of working. */
final class BesideScreen {
  private static final int NAME = 14;
  private static final int WHAT = 46;

  private final Answer answer;
  private final Paint paint;
  private final boolean verbose;

  BesideScreen(Answer answer, Paint paint, boolean verbose) {
    this.answer = answer;
    this.paint = paint;
    this.verbose = verbose;
  }

  /** The table of a forwarded port; empty where none is asked for. */
  List<String> steps() {
    List<String> lines = new ArrayList<>();
    Forwarded forwarded = answer.besides().forwarded();
    if (forwarded.steps().isEmpty() || !forwarded.asked() && !verbose) {
      return lines;
    }
    long good = forwarded.steps().stream().filter(s -> is(s, ForwardStep.State.PRESENT)).count();
    lines.add(
        paint.strong(
                forwarded.to().isEmpty()
                    ? "Port forward, to which VM is not clear"
                    : "Port forward to " + forwarded.to())
            + "   "
            + good
            + " of "
            + forwarded.steps().size()
            + " steps are there");
    for (ForwardStep step : forwarded.steps()) {
      lines.add(
          "  "
              + mark(step.state())
              + " "
              + Lines.pad(step.machine(), NAME)
              + Lines.pad(BesideWords.what(step), WHAT)
              + BesideWords.state(step)
              + step.source().map(s -> paint.faint("   " + Lines.place(s))).orElse(""));
    }
    lines.add("");
    return lines;
  }

  private static boolean is(ForwardStep step, ForwardStep.State state) {
    return step.state() == state;
  }

  private String mark(ForwardStep.State state) {
    switch (state) {
      case PRESENT:
        return paint.good("✓");
      case UNKNOWN:
        return paint.open("?");
      default:
        return paint.bad("✗");
    }
  }

  /** What two VMs need; empty where nothing is missing and nobody asked for more. */
  List<String> between() {
    List<String> lines = new ArrayList<>();
    boolean wanted = verbose || answer.verdict() != Answer.Verdict.REACHABLE;
    if (!wanted || answer.besides().between().isEmpty()) {
      return lines;
    }
    Between between = answer.besides().between().get();
    lines.add(paint.strong("Between two VMs"));
    lines.addAll(Lines.wrapped(BesideWords.meeting(between), "  "));
    // what is missing on one firewall VM stands among the fixes
    if (verbose || !between.same()) {
      between.needs().forEach(need -> need(need, lines));
    }
    if (between.meeting().isPresent()) {
      lines.addAll(Lines.wrapped(BesideWords.back(between), "  "));
    }
    lines.add("");
    return lines;
  }

  private void need(Between.Need need, List<String> lines) {
    boolean there = need.state() == ForwardStep.State.PRESENT;
    boolean dom0 = need.kind() == Between.Kind.DOM0;
    boolean commands = verbose || answer.fixes().isEmpty();
    String rule =
        dom0
            ? "one more of its rules"
            : (need.kind() == Between.Kind.DNAT ? "DNAT in " : "a rule in ") + need.chain();
    lines.add(
        "  "
            + mark(need.state())
            + " "
            + Lines.pad(dom0 ? "dom0" : need.machine(), NAME)
            + rule
            + ", "
            + BesideWords.place(need)
            + (there ? ": there" : commands ? ":" : ": missing"));
    // the commands of fixes that were checked are below, and are not said twice
    if (commands) {
      howTo(need, there, lines);
    }
  }

  private static void howTo(Between.Need need, boolean there, List<String> lines) {
    if (!there) {
      need.commands().forEach(command -> lines.add("      " + command));
    }
    if (!need.file().isEmpty()) {
      lines.add("      kept in " + need.file());
    }
  }

  /** One line for each counter that shows something. */
  List<String> counters() {
    List<String> lines = new ArrayList<>();
    answer
        .besides()
        .counters()
        .forEach(c -> lines.addAll(Lines.wrapped("Counters: " + BesideWords.sentence(c), "  ")));
    if (!lines.isEmpty() && answer.causes().isEmpty()) {
      lines.add("");
    }
    return lines;
  }
}
