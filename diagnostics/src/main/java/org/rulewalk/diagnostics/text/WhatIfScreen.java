package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.whatif.Asked;
import org.rulewalk.diagnostics.whatif.Carried;
import org.rulewalk.diagnostics.whatif.Difference;
import org.rulewalk.diagnostics.whatif.Report;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.value.Source;

/** The screen that {@code whatif} prints: the commands, what they change, the answers. */
public final class WhatIfScreen {
  private static final int MOST_DIFFERENCES = 8;
  private static final int MOST_COMMANDS = 12;

  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private WhatIfScreen(Paint paint, boolean verbose) {
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether all commands and changes are shown, and each answer as {@code why} does
   */
  public static List<String> lines(Report report, Paint paint, boolean verbose) {
    WhatIfScreen screen = new WhatIfScreen(paint, verbose);
    report.carried().forEach(screen::carried);
    report.asked().forEach(screen::asked);
    return screen.lines;
  }

  private void carried(Carried carried) {
    String of = carried.order().script() ? "   " + carried.order().text().file() : "";
    lines.add(paint.strong(carried.order().machine()) + of);
    List<Executed> commands =
        carried.run().commands().stream().filter(each -> isShown(each, carried)).toList();
    int shown = verbose ? commands.size() : Math.min(MOST_COMMANDS, commands.size());
    commands.subList(0, shown).forEach(each -> command(each, carried));
    more(commands.size() - shown, "commands");
    List<Difference> differences = carried.differences();
    int told = verbose ? differences.size() : Math.min(MOST_DIFFERENCES, differences.size());
    differences.subList(0, told).forEach(this::difference);
    more(differences.size() - told, "changes");
    if (differences.isEmpty()) {
      lines.add("      nothing is changed");
    }
    if (!carried.run().possible().isEmpty()) {
      lines.addAll(
          Lines.wrapped(
              "? It depends on what the capture does not tell which way this goes. The changes shown"
                  + " are those that are certain.",
              "      "));
    }
    lines.add("");
  }

  private void more(int count, String what) {
    if (count > 0) {
      lines.add("      … and " + count + " more " + what + " (-v shows them)");
    }
  }

  /** Of a script, what it changes and what goes wrong; of a command line, everything. */
  private boolean isShown(Executed command, Carried carried) {
    return verbose
        || !carried.order().script()
        || command.kind() != Outcome.Kind.NOTHING && !(command.asked() && command.failed());
  }

  private void command(Executed command, Carried carried) {
    String place =
        carried.order().script() && command.source().line() > 0
            ? paint.faint("   " + command.source().line())
            : "";
    lines.add("  " + mark(command) + " " + oneLine(command.text()) + place);
    if (!command.certain()) {
      lines.addAll(Lines.wrapped("perhaps: it depends on " + command.doubt(), "      "));
    }
    boolean bad = command.kind() == Outcome.Kind.REFUSED;
    if (bad && command.status().isPresent()) {
      lines.add("      exit status " + command.status().getAsInt());
    }
    command
        .message()
        .lines()
        .map(String::stripTrailing)
        .forEach(line -> lines.add("      " + line));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\\\?\n\\s*", " ");
  }

  private String mark(Executed command) {
    switch (command.kind()) {
      case CHANGED:
      case NOTHING:
        return command.failed() && !command.asked() ? paint.bad("✗") : paint.good("✓");
      case REFUSED:
        return paint.bad("✗");
      default:
        return paint.open("?");
    }
  }

  private void difference(Difference difference) {
    String place = Lines.pad(place(difference), 30);
    if (!difference.before().isEmpty() && !difference.after().isEmpty()) {
      lines.add("      ~ " + place + difference.before() + " → " + difference.after());
      return;
    }
    boolean added = difference.before().isEmpty();
    String text = added ? difference.after() : difference.before();
    Source source = difference.source();
    String where = added || !source.isKnown() ? "" : paint.faint("   " + Lines.place(source));
    lines.add(("      " + (added ? "+ " : "- ") + place + text).stripTrailing() + where);
  }

  private static String place(Difference difference) {
    String kind = difference.kind().word().replace('-', ' ');
    switch (difference.kind()) {
      case RULE:
      case SETTING:
        return difference.place();
      case IPSET:
        return "ipset";
      default:
        return (kind + " " + difference.place()).strip();
    }
  }

  private static String word(Answer.Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private String painted(Answer.Verdict verdict) {
    switch (verdict) {
      case REACHABLE:
        return paint.good("✓ " + word(verdict));
      case BLOCKED:
        return paint.bad("✗ " + word(verdict));
      default:
        return paint.open("? " + word(verdict));
    }
  }

  private void asked(Asked asked) {
    Answer after = asked.after();
    String flow =
        after.source()
            + " → "
            + after.question().to().address().orElseThrow()
            + " "
            + after.question().service().text();
    boolean same = asked.before().verdict() == asked.verdict();
    lines.add(
        Lines.pad(paint.strong(flow), 46)
            + (same ? "still " : word(asked.before().verdict()) + " → ")
            + painted(asked.verdict()));
    if (asked.verdict() != after.verdict()) {
      lines.addAll(
          Lines.wrapped("It depends on which way a script goes, see above. If as shown:", "  "));
    }
    if (verbose) {
      lines.add("");
      lines.addAll(WhyScreen.lines(after, paint, true));
      return;
    }
    if (after.causes().isEmpty()) {
      letThrough(asked);
    } else {
      stopped(after);
    }
    after.assumptions().stream()
        .filter(Answer.Assumed::decides)
        .forEach(assumed -> lines.addAll(Lines.wrapped("? " + assumed.text(), "  ")));
    lines.add("");
  }

  /** What is passed now where it was stopped before. */
  private void letThrough(Asked asked) {
    if (asked.before().causes().isEmpty()) {
      return;
    }
    Cause cause = asked.before().causes().get(0);
    lines.addAll(Lines.wrapped("Before: " + CauseWords.sentence(cause), "  "));
    Answer after = asked.after();
    List<Journey> there =
        after.trace().journeys().stream()
            .filter(journey -> journey.machine().equals(cause.machine()))
            .filter(journey -> after.trace().isRequest(journey) == cause.request())
            .toList();
    if (!there.isEmpty()) {
      lines.add("  Now, in " + cause.machine() + ":");
      new PathScreen(after.network(), paint, false)
          .lines(there)
          .forEach(line -> lines.add("  " + line));
    }
  }

  private void stopped(Answer after) {
    Cause first = after.causes().get(0);
    String place = first.source().map(source -> "   (" + source + ")").orElse("");
    lines.addAll(Lines.wrapped(CauseWords.sentence(first) + place, "  "));
    int further = after.causes().size() - 1;
    if (further > 0) {
      lines.add(
          "  Further on, "
              + (further == 1 ? "one more thing stops it" : further + " more things stop it")
              + " (-v shows all)");
    }
  }
}
