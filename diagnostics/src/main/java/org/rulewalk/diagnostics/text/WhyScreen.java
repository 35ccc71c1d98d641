package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Effects;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.Notice;
import org.rulewalk.diagnostics.why.Passage;
import org.rulewalk.diagnostics.words.Dom0Words;
import org.rulewalk.simulator.trace.Journey;

/** The screen that {@code why} prints: the answer, the way, the reason, the cure. */
public final class WhyScreen {
  private static final int MOST_FURTHER = 4;
  private static final int MOST_GATES = 6;
  private static final int FEW_CLASSES = 4;

  private final Answer answer;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private WhyScreen(Answer answer, Paint paint, boolean verbose) {
    this.answer = answer;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether every step is shown
   */
  public static List<String> lines(Answer answer, Paint paint, boolean verbose) {
    WhyScreen screen = new WhyScreen(answer, paint, verbose);
    screen.headline();
    screen.path();
    BesideScreen besides = new BesideScreen(answer, paint, verbose);
    screen.lines.addAll(besides.steps());
    screen.reasons(besides);
    screen.passage();
    screen.lines.addAll(besides.between());
    screen.assumptions();
    screen.notices();
    screen.fixes();
    screen.advice();
    return screen.lines;
  }

  private void headline() {
    String flow =
        answer.source()
            + " → "
            + answer.question().to().address().orElseThrow()
            + " "
            + answer.question().service().text();
    String ends = Lines.pad(flow, 44) + ending();
    switch (answer.verdict()) {
      case REACHABLE:
        lines.add(paint.good("✓ REACHABLE") + "   " + ends);
        break;
      case BLOCKED:
        lines.add(paint.bad("✗ BLOCKED") + "   " + ends);
        break;
      default:
        lines.add(paint.open("? UNDECIDED") + "   " + ends);
    }
    lines.add("");
  }

  private String ending() {
    if (answer.verdict() == Answer.Verdict.UNDECIDED) {
      return "can't be decided: " + needs();
    }
    String result = answer.result().word().replace('-', ' ');
    if (answer.causes().isEmpty()) {
      return result;
    }
    Cause first = answer.causes().get(0);
    String what = first.request() ? "" : "the answer ";
    if (first.insight().isPresent() && first.step().isEmpty()) {
      return what + "gets no further than " + first.machine() + ", " + told(result);
    }
    switch (first.kind()) {
      case RULE:
      case POLICY:
      case FIREWALL_SERVICE_FAILED:
        return what + "dropped in " + first.machine() + ", " + told(result);
      case QREXEC_POLICY:
        return "refused by dom0's policy, closed at once";
      case NO_LISTENER:
      case LISTENS_ELSEWHERE:
      case NO_NAT:
        return what + "arrives at " + first.machine() + ", " + told(result);
      default:
        return what + "ends in " + first.machine() + ", " + told(result);
    }
  }

  /** The files that would tell. */
  private String needs() {
    List<String> files =
        answer.assumptions().stream()
            .filter(Answer.Assumed::decides)
            .map(Answer.Assumed::missing)
            .filter(file -> !file.isEmpty())
            .distinct()
            .toList();
    return files.isEmpty()
        ? "the capture does not tell: see below"
        : "needs " + String.join(", ", files);
  }

  private static String told(String result) {
    switch (result) {
      case "refused":
        return "the sender is told: refused";
      case "unreachable":
        return "the sender is told: unreachable";
      case "not permitted":
        return "the program is told: not permitted";
      default:
        return result;
    }
  }

  private void path() {
    lines.addAll(
        new PathScreen(answer.network(), paint, verbose).lines(answer.trace().requestPath()));
    boolean reply = !answer.causes().isEmpty() && !answer.causes().get(0).request();
    if (reply || verbose) {
      for (Journey request : answer.trace().requestPath()) {
        if (request.isDelivered()) {
          for (Journey start : answer.trace().answersTo(request)) {
            lines.add("");
            lines.add("  and back:");
            lines.addAll(
                new PathScreen(answer.network(), paint, verbose)
                    .lines(answer.trace().pathFrom(start)));
          }
        }
      }
    }
    lines.add("");
  }

  private void reasons(BesideScreen besides) {
    if (answer.causes().isEmpty()) {
      lines.addAll(besides.counters());
      return;
    }
    boolean open = answer.verdict() == Answer.Verdict.UNDECIDED;
    lines.add(paint.strong(open ? "If it is as assumed" : "Why"));
    Cause first = answer.causes().get(0);
    lines.addAll(Lines.wrapped(CauseWords.sentence(first), "  "));
    first
        .dom0()
        .flatMap(Dom0Words::line)
        .ifPresent(words -> lines.addAll(Lines.wrapped(words, "  ")));
    if (first.insight().isEmpty()) {
      OrderWords.acceptedBefore(first).ifPresent(words -> lines.addAll(Lines.wrapped(words, "  ")));
    }
    first
        .nearest()
        .ifPresent(near -> lines.addAll(Lines.wrapped(OrderWords.nearest(first, near), "  ")));
    lines.addAll(besides.counters());
    List<Cause> further = answer.causes().subList(1, answer.causes().size());
    if (!further.isEmpty()) {
      lines.add("  Also in the way further on:");
      for (Cause cause : further.subList(0, Math.min(MOST_FURTHER, further.size()))) {
        String place = cause.source().map(s -> " (" + s + ")").orElse("");
        lines.addAll(Lines.wrapped("- " + CauseWords.sentence(cause) + place, "    "));
      }
      if (further.size() > MOST_FURTHER) {
        lines.add("    … and " + (further.size() - MOST_FURTHER) + " more (--json lists them)");
      }
    }
    lines.add("");
  }

  private void passage() {
    Passage passage = Passage.of(answer);
    if (passage.gates().isEmpty() && passage.turns().isEmpty()) {
      return;
    }
    lines.add(paint.strong("What lets it pass"));
    int most = verbose ? Integer.MAX_VALUE : MOST_GATES;
    passage.gates().stream()
        .limit(most)
        .forEach(gate -> lines.addAll(Lines.wrapped("- " + PassageWords.gate(gate), "  ")));
    if (passage.gates().size() > most) {
      lines.add("  … and " + (passage.gates().size() - most) + " more (-v shows them)");
    }
    PassageWords.remarks(passage)
        .forEach(remark -> lines.addAll(Lines.wrapped("- " + remark, "  ")));
    lines.add("");
  }

  /** The lines about what closes it, for an answer that is reachable. */
  public static List<String> closing(
      Answer answer, Optional<Fix> closing, Effects.Besides besides, Paint paint, boolean verbose) {
    WhyScreen screen = new WhyScreen(answer, paint, verbose);
    String service = answer.question().service().text();
    String from = answer.question().from().shown();
    if (closing.isEmpty()) {
      screen.lines.add(paint.strong("Close it"));
      String none =
          answer.verdict() == Answer.Verdict.REACHABLE
              ? "No single command was found that closes it."
              : "There is nothing to close: it is not known to be reachable.";
      screen.lines.addAll(Lines.wrapped(none, "  "));
    } else {
      screen.lines.add(
          paint.strong("Close it")
              + "   (checked: with this, "
              + from
              + " no longer reaches "
              + answer.endsAt().map(Answer.Ends::machine).orElse(answer.question().to().shown())
              + " on "
              + service
              + ")");
      screen.numbered(List.of(closing.get()));
      screen.lines.addAll(
          Lines.wrapped(
              "It "
                  + closing.get().why()
                  + ". Connections that are open now may go on where a rule lets established ones pass:"
                  + " conntrack -D ends them.",
              "     "));
      screen.besides(besides);
    }
    screen.lines.add("");
    return screen.lines;
  }

  private void notices() {
    for (Notice notice : answer.notices()) {
      String place = notice.source().map(s -> "   " + Lines.place(s)).orElse("");
      lines.add(paint.strong("Note") + "   " + notice.machine() + paint.faint(place));
      lines.addAll(Lines.wrapped(notice.text(), "  "));
      notice.now().forEach(command -> lines.add("     " + command));
      lines.add("");
    }
  }

  private void assumptions() {
    if (answer.assumptions().isEmpty()) {
      return;
    }
    lines.add(paint.strong("Assumed"));
    for (Answer.Assumed assumed : answer.assumptions()) {
      String mark = assumed.decides() ? "? " : "- ";
      lines.addAll(Lines.wrapped(mark + assumed.text(), "  "));
    }
    lines.add("");
  }

  private void advice() {
    // what no command mends is told above with what would help
    String helps =
        answer.open().causes().stream()
            .map(cause -> HelpWords.sentence(answer.network(), cause))
            .collect(Collectors.joining(" "));
    List<String> advice =
        CauseWords.advice(answer).stream().filter(line -> !helps.contains(line)).toList();
    if (advice.isEmpty()) {
      return;
    }
    lines.add(paint.strong("Mind"));
    for (String line : advice) {
      // a command is to be copied as one line
      lines.addAll(
          line.startsWith("nft ") ? List.of("    " + line) : Lines.wrapped("- " + line, "  "));
    }
    lines.add("");
  }

  private void fixes() {
    if (!answer.fixes().isEmpty()) {
      lines.add(paint.strong("Fix") + "   " + checked());
      numbered(answer.fixes());
      besides(answer.alsoAllows());
      lines.add("");
    }
    if (!answer.open().causes().isEmpty()) {
      lines.add(paint.strong("What would help"));
      for (Cause cause : answer.open().causes()) {
        lines.addAll(Lines.wrapped("- " + HelpWords.sentence(answer.network(), cause), "  "));
      }
      if (!answer.open().afterwards().isEmpty()) {
        lines.add("  Then also:");
        numbered(answer.open().afterwards());
      }
      lines.add("");
    }
  }

  private String checked() {
    return answer.fixesChecked()
        ? "(checked: with these, "
            + answer.question().from().shown()
            + " reaches "
            + answer.endsAt().map(Answer.Ends::machine).orElse(answer.question().to().shown())
            + " on "
            + answer.question().service().text()
            + ")"
        : "(not enough by itself: see above for what no command of a firewall can change)";
  }

  private void besides(Effects.Besides besides) {
    List<String> allowed = besides.classes();
    if (allowed.isEmpty() && besides.exact()) {
      lines.add("  Nothing else changes.");
    } else if (!allowed.isEmpty()) {
      lines.add(
          besides.exact()
              ? "  Besides, these packets are treated otherwise, and no others:"
              : "  Besides, these become possible:");
      int most = verbose ? allowed.size() : Math.min(FEW_CLASSES, allowed.size());
      allowed.subList(0, most).forEach(text -> lines.addAll(Lines.wrapped("- " + text, "    ")));
      if (most < allowed.size()) {
        lines.add("    … and " + (allowed.size() - most) + " more (-v shows them)");
      }
    }
    if (besides.exceeded()) {
      lines.add("  What else changes was not worked out: the rules are too large for that here.");
    }
  }

  private void numbered(List<Fix> fixes) {
    int number = 0;
    for (Fix fix : fixes) {
      number++;
      lines.add(
          String.format(
              Locale.ROOT, "  %d. %s, now:  %s", number, fix.machine(), fix.now().get(0)));
      fix.now().stream().skip(1).forEach(command -> lines.add("     then:  " + command));
      if (!fix.file().isEmpty()) {
        kept(fix);
      } else if (fix.machine().equals("dom0")) {
        lines.add("     to keep it: nothing more, dom0 keeps it by itself");
      }
    }
  }

  private void kept(Fix fix) {
    String executable = fix.executable() ? " (executable, first line #!/bin/sh)" : "";
    boolean same = fix.lines().equals(fix.now());
    String what = fix.now().size() > 1 ? "the same lines" : "the same line";
    lines.add("     to keep it: " + (same ? what + " in " : "in ") + fix.file() + executable);
    if (!same) {
      fix.lines().forEach(line -> lines.add("       " + line));
    }
  }
}
