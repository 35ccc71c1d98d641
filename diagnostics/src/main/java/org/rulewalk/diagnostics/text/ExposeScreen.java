package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.expose.Exposure;
import org.rulewalk.diagnostics.expose.Keep;
import org.rulewalk.diagnostics.expose.MachineStep;
import org.rulewalk.diagnostics.expose.Way;
import org.rulewalk.diagnostics.expose.Wish;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;

/** The screen that {@code expose} prints: for a person who copies commands and pastes them. */
public final class ExposeScreen {
  private final Exposure exposure;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private ExposeScreen(Exposure exposure, Paint paint, boolean verbose) {
    this.exposure = exposure;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether scripts are written out
   */
  public static List<String> lines(Exposure exposure, Paint paint, boolean verbose) {
    ExposeScreen screen = new ExposeScreen(exposure, paint, verbose);
    screen.headline();
    screen.inTheWay();
    screen.assumptions();
    screen.needed();
    int number = 0;
    for (MachineStep step : exposure.steps()) {
      screen.step(++number, step);
    }
    List<String> besides = new ArrayList<>(ExposeWords.alsoAllowed(exposure));
    ExposeWords.compared(exposure).ifPresent(besides::add);
    if (verbose) {
      besides.addAll(ExposeWords.treatedOtherwise(exposure));
    }
    screen.list("Besides", besides);
    screen.list("Note", ExposeWords.notes(exposure));
    return screen.lines;
  }

  private void headline() {
    Wish wish = exposure.wish();
    Way.Stop entry = exposure.way().entry();
    String what =
        ExposeWords.senders(wish)
            + " → "
            + entry.machine()
            + ":"
            + entry.device()
            + " "
            + ExposeWords.at(entry.address(), entry.port())
            + " → "
            + wish.to()
            + " "
            + wish.service().text();
    switch (exposure.verdict()) {
      case CHECKED:
        lines.add(paint.good("✓ CHECKED") + "   " + what);
        lines.addAll(
            Lines.wrapped(
                "With the commands below, "
                    + asked()
                    + " can connect, there and back; others are treated as before; running the"
                    + " commands twice changes nothing; what takes them back leaves the rules as"
                    + " they were"
                    + (isKept() ? "; after a restart the scripts bring it back" : "")
                    + ". All this was tried on the model of the capture.",
                "  "));
        break;
      case IMPOSSIBLE:
        lines.add(paint.bad("✗ NOT BY RULES ALONE") + "   " + what);
        break;
      default:
        lines.add(paint.open("? UNDECIDED") + "   " + what);
        ExposeWords.notShown(exposure)
            .forEach(words -> lines.addAll(Lines.wrapped("- " + words, "  ")));
    }
    lines.add("");
  }

  private boolean isKept() {
    return exposure.steps().stream().noneMatch(step -> step.keep().file().isEmpty());
  }

  private String asked() {
    return String.join(", ", exposure.asked().stream().map(Object::toString).toList());
  }

  private void inTheWay() {
    List<String> words = ExposeWords.inTheWay(exposure);
    if (words.isEmpty()) {
      return;
    }
    lines.add(paint.strong("In the way"));
    words.forEach(each -> lines.addAll(Lines.wrapped("- " + each, "  ")));
    if (ExposeWords.needsNoMoreRules(exposure)) {
      lines.add("  With that mended, the rules below are all that is needed.");
    }
    lines.add("");
  }

  private void assumptions() {
    List<Answer.Assumed> assumed = exposure.answer().assumptions();
    if (assumed.isEmpty()) {
      return;
    }
    lines.add(paint.strong("Assumed"));
    for (Answer.Assumed each : assumed) {
      lines.addAll(Lines.wrapped((each.decides() ? "? " : "- ") + each.text(), "  "));
    }
    lines.add("");
  }

  private void needed() {
    for (Fix fix : exposure.needed()) {
      lines.add(paint.strong("First, " + fix.machine()) + ": " + fix.why());
      fix.now().forEach(command -> lines.add("     " + command));
      if (!fix.file().isEmpty()) {
        lines.add("   to keep it: the same in " + fix.file());
      }
      lines.add("");
    }
  }

  private void step(int number, MachineStep step) {
    lines.add(paint.strong(number + ". " + step.stop().machine()) + ": " + ExposeWords.task(step));
    lines.add("   now, as root:");
    step.now().forEach(command -> lines.add("     " + command));
    keep(step.keep());
    if (!step.undo().isEmpty()) {
      lines.add("   to take it back:");
      step.undo().forEach(command -> lines.add("     " + command));
      if (!step.keep().file().isEmpty()) {
        lines.add("     " + step.keep().undo());
      }
    }
    lines.add("");
  }

  private void keep(Keep keep) {
    if (keep.file().isEmpty()) {
      return;
    }
    String shell = keep.hasShell() ? "" : "; its first line is #!/bin/sh";
    List<String> part = keep.lines();
    if (verbose) {
      lines.add("   to keep it: in " + keep.file() + shell + "; then chmod +x " + keep.file());
      part.forEach(line -> lines.add("     " + line));
    } else {
      lines.add("   to keep it: the same lines in " + keep.file() + shell);
      lines.add("     chmod +x " + keep.file());
    }
  }

  private void list(String title, List<String> words) {
    if (words.isEmpty()) {
      return;
    }
    lines.add(paint.strong(title));
    words.forEach(each -> lines.addAll(Lines.wrapped("- " + each, "  ")));
    lines.add("");
  }
}
