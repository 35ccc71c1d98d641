package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.qrexec.Bind;
import org.rulewalk.diagnostics.qrexec.Landing;
import org.rulewalk.diagnostics.qrexec.NearMiss;
import org.rulewalk.diagnostics.qrexec.PolicyChange;
import org.rulewalk.diagnostics.qrexec.Reply;
import org.rulewalk.diagnostics.qrexec.Ruling;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyError;
import org.rulewalk.parsers.qrexec.PolicyLine;
import org.rulewalk.simulator.value.Source;

/**
 * The screen that {@code qrexec} prints: the answer, the deciding line, where it lands, the cure.
 */
public final class QrexecScreen {
  private static final int LABEL = 11;
  private static final int MIDDLE = 58;
  private static final int MOST_ERRORS = 5;

  private final Reply reply;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private QrexecScreen(Reply reply, Paint paint, boolean verbose) {
    this.reply = reply;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether the files that were read are listed
   */
  public static List<String> lines(Reply reply, Paint paint, boolean verbose) {
    QrexecScreen screen = new QrexecScreen(reply, paint, verbose);
    screen.headline();
    screen.policy();
    screen.landing();
    screen.misses();
    screen.caller();
    screen.assumptions();
    screen.fixes();
    screen.files();
    return screen.lines;
  }

  private void headline() {
    String flow =
        reply.call().from()
            + " → "
            + reply.ruling().target().orElse(reply.call().target())
            + " tcp/"
            + reply.call().port()
            + "   ";
    switch (reply.outcome()) {
      case WORKS:
        lines.add(paint.good("✓ CONNECTS") + "   " + flow + "allowed, and a program listens");
        break;
      case FAILS:
        lines.add(paint.bad("✗ FAILS") + "   " + flow + failure());
        break;
      default:
        lines.add(paint.open("? UNDECIDED") + "   " + flow + open());
    }
    lines.add("");
  }

  private String failure() {
    if (reply.ruling().verdict() == Ruling.Verdict.DENIED) {
      return "refused by dom0's policy";
    }
    boolean landed = reply.landing().map(l -> l.listens() == Landing.Listens.YES).orElse(false);
    boolean allowed = reply.ruling().verdict() == Ruling.Verdict.ALLOWED;
    return reply.caller().isTaken() && landed
        ? "the local port is in use"
        : (allowed ? "allowed, but " : "whatever the user answers: ")
            + "nobody takes the connection";
  }

  private String open() {
    switch (reply.ruling().verdict()) {
      case ASK:
        return "the user is asked";
      case ALLOWED:
        return "allowed; whether a program listens is not known";
      default:
        return "the capture does not tell: see below";
    }
  }

  private void policy() {
    Ruling ruling = reply.ruling();
    Optional<PolicyLine> line = ruling.line();
    boolean open = ruling.verdict() == Ruling.Verdict.UNDECIDED;
    if (line.isPresent() && !open) {
      boolean bad = ruling.verdict() == Ruling.Verdict.DENIED;
      row(bad, "policy", QrexecWords.text(line.get()), line.get().where());
      explained(QrexecWords.ruling(reply));
    } else {
      row(
          ruling.verdict() == Ruling.Verdict.DENIED,
          "policy",
          QrexecWords.ruling(reply),
          Source.NONE);
    }
    if (ruling.reason() == Ruling.Reason.ERROR) {
      errors();
    }
  }

  private void errors() {
    List<PolicyError> errors = reply.policy().errors();
    for (PolicyError error : errors.subList(0, Math.min(MOST_ERRORS, errors.size()))) {
      lines.add("");
      lines.add("    " + QrexecWords.place(error.where()));
      if (!error.where().text().isEmpty()) {
        lines.add("      " + error.where().text());
      }
      lines.addAll(Lines.wrapped(QrexecWords.error(error), "      "));
    }
    if (errors.size() > MOST_ERRORS) {
      lines.add("    … and " + (errors.size() - MOST_ERRORS) + " more (--json lists them)");
    }
  }

  private void landing() {
    if (reply.landing().isEmpty()) {
      lines.add("");
      return;
    }
    Landing landing = reply.landing().get();
    String state =
        landing.state().map(s -> " (" + s.toLowerCase(java.util.Locale.ROOT) + ")").orElse("");
    row(
        false,
        reply.ruling().target().isPresent() ? "lands in" : "if allowed",
        landing.machine() + state + ", at 127.0.0.1:" + reply.call().port() + " through lo",
        Source.NONE);
    boolean good = landing.listens() == Landing.Listens.YES;
    boolean unknown = landing.listens() == Landing.Listens.UNKNOWN;
    Source source = landing.socket().map(l -> l.source()).orElse(Source.NONE);
    row(!good && !unknown, "listens", QrexecWords.landing(landing, reply.call().port()), source);
    if (landing.listens() == Landing.Listens.BLOCKED) {
      for (Cause cause : landing.loopback().map(Answer::causes).orElse(List.of())) {
        explained(QrexecWords.cause(cause) + cause.source().map(s -> " (" + s + ")").orElse(""));
      }
    }
    lines.add("");
  }

  private void misses() {
    if (reply.misses().isEmpty()) {
      return;
    }
    lines.add(paint.strong("Looks as if it were meant for this"));
    for (NearMiss miss : reply.misses()) {
      lines.add(
          "  " + QrexecWords.place(miss.line().where()) + "   " + QrexecWords.text(miss.line()));
      lines.addAll(Lines.wrapped(QrexecWords.difference(miss, reply.call()), "    "));
    }
    lines.add("");
  }

  private void caller() {
    boolean silent = reply.caller().busy().isEmpty() && reply.caller().binds().isEmpty();
    if (silent) {
      return;
    }
    lines.add(paint.strong("On " + reply.call().from()));
    if (reply.caller().busy().isPresent()) {
      Source source = reply.caller().busy().get().source();
      lines.addAll(
          Lines.wrapped(
              QrexecWords.busy(reply.caller(), reply.call()) + " (" + source + ")", "  "));
    }
    for (Bind bind : reply.caller().binds()) {
      String mark = bind.faults().isEmpty() ? paint.good("✓ ") : paint.bad("✗ ");
      lines.add("  " + mark + QrexecWords.bind(bind) + "   " + QrexecWords.place(bind.source()));
      for (Bind.Fault fault : bind.faults()) {
        String place = fault.where().isKnown() ? " (" + fault.where() + ")" : "";
        lines.addAll(Lines.wrapped(QrexecWords.fault(bind, fault) + place, "      "));
      }
    }
    lines.add("");
  }

  private void assumptions() {
    if (reply.assumptions().isEmpty()) {
      return;
    }
    lines.add(paint.strong("Assumed"));
    for (Answer.Assumed assumed : reply.assumptions()) {
      lines.addAll(Lines.wrapped((assumed.decides() ? "? " : "- ") + assumed.text(), "  "));
    }
    lines.add("");
  }

  private void fixes() {
    Optional<Landing> landing = reply.landing();
    String advice =
        reply.loopback().isEmpty()
            ? landing.map(l -> QrexecWords.advice(l, reply.call().port())).orElse("")
            : "";
    if (reply.changes().isEmpty() && reply.loopback().isEmpty() && advice.isEmpty()) {
      return;
    }
    String checked =
        reply.isAllowedThen()
            ? "   (checked: with this the policy allows it, to "
                + reply.fixed().flatMap(Ruling::target).orElse("")
                + (reply.isCured() ? ", where a program listens)" : "; for the rest see above)")
            : reply.changes().isEmpty()
                ? ""
                : "   (not enough by itself: the policy still says no)";
    lines.add(paint.strong("Fix") + checked);
    int number = 0;
    for (PolicyChange change : reply.changes()) {
      number++;
      lines.add("  " + number + ". dom0: " + QrexecWords.change(change));
      if (!change.text().isEmpty()) {
        lines.add("       " + change.text());
      }
      change.now().forEach(command -> lines.add("     now:  " + command));
    }
    for (Fix fix : reply.loopback()) {
      number++;
      for (String command : fix.now()) {
        lines.add("  " + number + ". " + fix.machine() + ", now:  " + command);
      }
      if (!fix.file().isEmpty()) {
        lines.add("     to keep it: the same line in " + fix.file());
      }
    }
    if (!advice.isEmpty()) {
      lines.addAll(Lines.wrapped(advice, "  "));
    }
    lines.add("");
  }

  private void files() {
    if (verbose) {
      lines.add(paint.strong("Policy files, in the order that they are asked"));
      for (Policy.Taken file : reply.policy().files()) {
        lines.add("  " + Lines.pad(file.file(), 48) + "taken for " + file.path());
      }
    }
    for (Policy.Ignored file : reply.policy().ignored()) {
      lines.addAll(Lines.wrapped("Not read: " + file.file() + " (" + file.reason() + ")", "  "));
    }
  }

  private void row(boolean bad, String label, String middle, Source source) {
    String text =
        (bad ? paint.bad("✗ ") : "  ") + Lines.pad(label, LABEL) + Lines.pad(middle, MIDDLE);
    lines.add((text + paint.faint(QrexecWords.place(source))).stripTrailing());
  }

  private void explained(String text) {
    lines.addAll(Lines.wrapped(text, " ".repeat(LABEL + 2)));
  }
}
