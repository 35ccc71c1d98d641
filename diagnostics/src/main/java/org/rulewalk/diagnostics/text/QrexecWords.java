package org.rulewalk.diagnostics.text;

import java.util.Optional;
import org.rulewalk.diagnostics.qrexec.Bind;
import org.rulewalk.diagnostics.qrexec.Call;
import org.rulewalk.diagnostics.qrexec.CallerSide;
import org.rulewalk.diagnostics.qrexec.Landing;
import org.rulewalk.diagnostics.qrexec.NearMiss;
import org.rulewalk.diagnostics.qrexec.PolicyChange;
import org.rulewalk.diagnostics.qrexec.Reply;
import org.rulewalk.diagnostics.qrexec.Ruling;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.parsers.qrexec.PolicyError;
import org.rulewalk.parsers.qrexec.PolicyLine;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.value.Source;

/** Answers about PedOS.ConnectTCP in sentences. */
public final class QrexecWords {
  private QrexecWords() {}

  /** Why the policy says what it says. */
  public static String ruling(Reply reply) {
    Ruling ruling = reply.ruling();
    Call call = reply.call();
    String target = ruling.line().flatMap(PolicyLine::redirect).orElse(call.target());
    switch (ruling.reason()) {
      case LINE:
        return byLine(reply);
      case NO_LINE:
        return "No line of the policy is about this call, so it is refused.";
      case ERROR:
        return "dom0's policy has an error, and with one qrexec refuses every call of every service:";
      case NO_TARGET:
        return "This line allows the call, but neither it nor the caller names a VM, so it is refused.";
      case NO_SUCH_TARGET:
        return "This line allows the call and sends it to \""
            + target
            + "\", but there is no such VM: it is refused.";
      case SAME_VM:
        return "This line sends the call back to "
            + call.from()
            + " itself, which qrexec does not support: refused.";
      case NOT_STARTED:
        return target
            + " does not run, and autostart=no in this line forbids to start it: refused.";
      case NO_DISPOSABLE:
        return "This line wants a new disposable, but "
            + call.from()
            + " has no default_dispvm: refused.";
      case NO_CHOICE:
        return "This line has the user asked, but there is no VM to choose: refused.";
      default:
        return "What is captured of dom0 does not tell whether the policy allows it.";
    }
  }

  private static String byLine(Reply reply) {
    switch (reply.ruling().verdict()) {
      case ALLOWED:
        return "This line allows it: it is the first that is about this call.";
      case ASK:
        return "By this line the user is asked each time, and may choose: "
            + String.join(", ", reply.ruling().choices())
            + ".";
      default:
        boolean implied = reply.ruling().line().map(PolicyLine::implied).orElse(false);
        return implied
            ? "No line of this file is about this call; a file for one port refuses all else."
            : "This line refuses it: it is the first that is about this call.";
    }
  }

  /** A line's text, or what stands for it. */
  public static String text(PolicyLine line) {
    return line.implied()
        ? "(behind its last line: @anyvm " + line.target() + " deny)"
        : line.where().text();
  }

  /** What is wrong with a line. */
  public static String error(PolicyError error) {
    String hint = error.hint().isEmpty() ? "" : ": " + error.hint();
    return error.message() + hint;
  }

  /** Why a line that looks right does not decide. */
  public static String difference(NearMiss miss, Call call) {
    PolicyLine line = miss.line();
    switch (miss.differs().iterator().next()) {
      case PORT:
        return "is for port "
            + line.argument().map(a -> a.substring(1)).orElse("*")
            + " alone, not "
            + call.port();
      case CALLER:
        return line.source().startsWith("$")
            ? "is for a VM named \""
                + line.source()
                + "\": policy.d knows no $, write @"
                + line.source().substring(1)
            : "is for calls from " + line.source() + ", not " + call.from();
      case TARGET:
        return target(line, call);
      default:
        return "would allow it, but stands below the line that decides";
    }
  }

  private static String target(PolicyLine line, Call call) {
    if (line.target().startsWith("$")) {
      return "is for a VM named \""
          + line.target()
          + "\": policy.d knows no $, write @"
          + line.target().substring(1);
    }
    if (line.target().equals(Call.DEFAULT)) {
      return "is for calls that name no VM (qvm-connect-tcp ::"
          + call.port()
          + "), and this one names "
          + call.target();
    }
    boolean vm = !line.target().startsWith("@") && call.isDefault();
    return vm
        ? "is for calls that name "
            + line.target()
            + " (qvm-connect-tcp :"
            + line.target()
            + ":"
            + call.port()
            + "), and this one names none"
        : "is for calls to " + line.target() + ", and this one is to " + call.target();
  }

  /** Whether something takes the connection. */
  public static String landing(Landing landing, int port) {
    String vm = landing.machine();
    switch (landing.listens()) {
      case YES:
        return program(landing.socket()) + " on " + at(landing.socket());
      case NOTHING:
        return "nothing listens on port " + port + " in " + vm;
      case ELSEWHERE:
        return program(landing.socket())
            + ", but only on "
            + at(landing.socket())
            + ": qrexec connects to 127.0.0.1, which it does not take";
      case ONLY_IPV6:
        return program(landing.socket())
            + ", but only on "
            + at(landing.socket())
            + ", not on 127.0.0.1";
      case BLOCKED:
        return vm + "'s own rules stop the connection to 127.0.0.1";
      case NOT_IN_DOM0:
        return "dom0 has no service PedOS.ConnectTCP";
      default:
        return vm.startsWith("@") || !landing.isRunning()
            ? "not to be told before the VM is started"
            : "not to be told from this capture";
    }
  }

  private static String program(Optional<Listener> socket) {
    return socket
        .map(Listener::program)
        .filter(p -> !p.isEmpty())
        .map(p -> p + " listens")
        .orElse("a program listens");
  }

  private static String at(Optional<Listener> socket) {
    return socket
        .map(
            l ->
                l.address()
                        .map(a -> a.toString().indexOf(':') < 0 ? a.toString() : "[" + a + "]")
                        .orElse(
                            l.bothVersions()
                                ? "*"
                                : l.version() == org.rulewalk.simulator.value.IpVersion.IPV4
                                    ? "0.0.0.0"
                                    : "[::]")
                    + ":"
                    + l.port())
        .orElse("127.0.0.1");
  }

  /** What to do where no command of ours helps. */
  public static String advice(Landing landing, int port) {
    switch (landing.listens()) {
      case NOTHING:
        return "Start the program in "
            + landing.machine()
            + "; it must listen on 127.0.0.1:"
            + port
            + " or on all addresses.";
      case BLOCKED:
        return "Have "
            + landing.machine()
            + "'s own rules accept what comes in by lo, before the rule named above.";
      case ELSEWHERE:
      case ONLY_IPV6:
        return "Have the program in "
            + landing.machine()
            + " listen on 127.0.0.1:"
            + port
            + " too, or on all addresses.";
      default:
        return "";
    }
  }

  /** A cause in the called VM. */
  public static String cause(Cause cause) {
    return CauseWords.sentence(cause);
  }

  /** What a change of the policy does, and where. */
  public static String change(PolicyChange change) {
    switch (change.kind()) {
      case APPEND:
        return "add at the end of " + change.path() + ":";
      case BEFORE:
        return "put before line " + change.line() + " of " + change.path() + ":";
      case REPLACE:
        return "write line " + change.line() + " of " + change.path() + " so:";
      default:
        return "switch line "
            + change.line()
            + " of "
            + change.path()
            + " off (put # before it), or write it right";
    }
  }

  /** The caller's own port is in use. */
  public static String busy(CallerSide caller, Call call) {
    Listener listener = caller.busy().orElseThrow();
    String who = listener.program().isEmpty() ? "a program" : listener.program();
    return "In "
        + call.from()
        + ", "
        + who
        + " already listens on port "
        + listener.port()
        + (caller.isTaken()
            ? ": qvm-connect-tcp can't. Choose another local port, such as "
                + other(listener.port())
                + ":"
                + (call.isDefault() ? "" : call.target())
                + ":"
                + call.port()
                + "."
            : "; that may be qvm-connect-tcp itself, from before.");
  }

  private static int other(int port) {
    return port + 10000 <= 65535 ? port + 10000 : port - 10000;
  }

  /** A port that systemd keeps bound. */
  public static String bind(Bind bind) {
    String to =
        bind.port().isPresent()
            ? bind.target()
                    .map(t -> t.equals(Call.DEFAULT) ? "the VM that the policy says" : t)
                    .orElse("")
                + ", port "
                + bind.port().getAsInt()
            : "?";
    return bind.name()
        + ".socket: "
        + (bind.listensAt().isEmpty() ? "?" : bind.listensAt())
        + " → "
        + to;
  }

  /** What is wrong with it. */
  public static String fault(Bind bind, Bind.Fault fault) {
    String name = bind.name();
    switch (fault.kind()) {
      case NO_SERVICE:
        return "there is no "
            + name
            + "@.service beside it: systemd has nothing to start for a connection";
      case NO_TEMPLATE:
        return "the service must be named "
            + name
            + "@.service: with Accept=true systemd starts one for each connection";
      case NOT_ACCEPTING:
        return "Accept=true is missing: without it the service is not started for each connection";
      case NO_INPUT:
        return "StandardInput=socket is missing: the connection is not handed to qrexec-client-vm";
      case NO_LOCAL_PORT:
        return "ListenStream= names no TCP port";
      case NO_SCRIPT:
        return "rw-config/rc.local is not in the capture: whether it copies and starts the units at the next start is not known";
      case NOT_EXECUTABLE:
        return "rc.local is not executable: the units are not there after the next start (chmod +x /rw/config/rc.local)";
      case NOT_COPIED:
        return "rc.local does not copy both units to /lib/systemd/system: they are not there after the next start";
      default:
        return fault.where().line() > 0
            ? "rc.local starts the socket before it copies the units"
            : "rc.local does not start the socket (systemctl start " + name + ".socket)";
    }
  }

  /** {@code file:line}, or nothing. */
  static String place(Source source) {
    return source.isKnown() ? source.toString() : "";
  }
}
