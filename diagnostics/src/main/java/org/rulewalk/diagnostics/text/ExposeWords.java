package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.expose.AlsoAllowed;
import org.rulewalk.diagnostics.expose.Checks;
import org.rulewalk.diagnostics.expose.Exposure;
import org.rulewalk.diagnostics.expose.MachineStep;
import org.rulewalk.diagnostics.expose.Way;
import org.rulewalk.diagnostics.expose.Wish;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** A service exposed, in sentences. */
public final class ExposeWords {
  /** What PedOS gives to VMs (R4.0 and later). */
  private static final Prefix OF_VMS = Prefix.of("10.137.0.0/16");

  private ExposeWords() {}

  /** Who may ask. */
  public static String senders(Wish wish) {
    return wish.senders().map(Object::toString).orElse("everybody");
  }

  /** {@code 198.51.100.10:443}. */
  static String at(IpAddress address, int port) {
    return (address.version() == IpVersion.IPV6 ? "[" + address + "]" : address.toString())
        + ":"
        + port;
  }

  /** What a machine's rules do. */
  public static String task(MachineStep step) {
    Way.Stop stop = step.stop();
    String in = "what comes in by " + stop.device() + " for port " + stop.port();
    if (step.task() instanceof MachineStep.Task.SendOn) {
      MachineStep.Task.SendOn on = (MachineStep.Task.SendOn) step.task();
      return "send "
          + in
          + " on to "
          + on.machine()
          + " ("
          + at(on.address(), on.port())
          + "), and let it pass";
    }
    return "let in " + in;
  }

  /** What becomes possible besides, or changes. */
  public static List<String> alsoAllowed(Exposure exposure) {
    return exposure.alsoAllowed().stream().map(each -> sentence(exposure, each)).toList();
  }

  /** All other packets that are treated otherwise, in classes. */
  public static List<String> treatedOtherwise(Exposure exposure) {
    return exposure.besides().classes();
  }

  /** What a comparison for all packets says; empty where there was none. */
  public static Optional<String> compared(Exposure exposure) {
    int classes = exposure.besides().classes().size();
    if (exposure.besides().exceeded()) {
      return Optional.of(
          "What else changes was not worked out for all packets: the rules are too large for that here.");
    }
    if (!exposure.besides().exact()) {
      return Optional.empty();
    }
    return Optional.of(
        classes == 0
            ? "Compared for all packets: no others are treated otherwise."
            : "Compared for all packets: "
                + classes
                + (classes == 1 ? " class" : " classes")
                + " of others are treated otherwise (-v lists them).");
  }

  private static String sentence(Exposure exposure, AlsoAllowed also) {
    Wish wish = exposure.wish();
    Way.Stop stop = also.stop();
    String senders = wish.senders().map(p -> "an address of " + p).orElse("any address");
    String service = wish.word() + "/" + stop.port();
    switch (also.kind()) {
      case ANYBODY:
        return "No --from was given: everybody who can send to "
            + stop.machine()
            + " by "
            + stop.device()
            + " can use the service. Name those who should: --from 192.168.1.0/24.";
      case PAST_THE_TRANSLATION:
        return "A sender with "
            + senders
            + " on the network at "
            + stop.device()
            + " of "
            + stop.machine()
            + " can also send straight to "
            + also.other()
            + "'s own address at that port; it is the same service.";
      case MACHINE_BEFORE:
        return also.other()
            + " itself can ask "
            + stop.machine()
            + " for "
            + service
            + ", if it sends with "
            + senders
            + ".";
      case OTHER_ADDRESS:
        return "The port is forwarded at "
            + also.other()
            + " too, another address of "
            + stop.device()
            + " of "
            + stop.machine()
            + ".";
      default:
        return "Until now "
            + also.other()
            + " answered "
            + service
            + " at "
            + stop.address()
            + ": for "
            + senders(wish)
            + " it is now "
            + wish.to()
            + " that answers.";
    }
  }

  /** What no rule takes away, with what would help. */
  public static List<String> inTheWay(Exposure exposure) {
    Answer answer = exposure.answer();
    List<String> words = new ArrayList<>();
    if (answer.verdict() != Answer.Verdict.BLOCKED) {
      return words;
    }
    for (Cause cause : answer.causes()) {
      words.add(CauseWords.sentence(cause));
    }
    for (Cause cause : answer.open().causes()) {
      words.add(HelpWords.sentence(answer.network(), cause));
    }
    words.addAll(CauseWords.advice(answer));
    return words.stream().distinct().toList();
  }

  /** Whether it is only the service, or the VM, that is missing: then the rules are right. */
  static boolean needsNoMoreRules(Exposure exposure) {
    return exposure.verdict() == Exposure.Verdict.IMPOSSIBLE
        && !exposure.answer().open().causes().isEmpty()
        && exposure.answer().open().afterwards().isEmpty();
  }

  /** What was not shown, in sentences; none where all was. */
  static List<String> notShown(Exposure exposure) {
    Checks checks = exposure.checks();
    List<String> words = new ArrayList<>();
    if (!checks.understood()) {
      words.add("not every command's effect could be followed on the model");
    }
    if (!checks.again()) {
      words.add("running the commands twice is not the same as once");
    }
    if (!checks.undone()) {
      words.add("the commands to take it back do not leave the rules exactly as they were");
    }
    if (!checks.others()) {
      words.add("for senders outside " + senders(exposure.wish()) + " something changes as well");
    }
    if (!checks.restarted()) {
      words.add("after a restart the result is another");
    }
    return words;
  }

  /** What else to know. */
  public static List<String> notes(Exposure exposure) {
    List<String> words = new ArrayList<>();
    Way.Stop entry = exposure.way().entry();
    if (exposure.way().found()) {
      words.add(
          "The way in was worked out: "
              + entry.device()
              + " of "
              + entry.machine()
              + ", address "
              + entry.address()
              + (exposure.way().others().isEmpty()
                  ? "."
                  : "; there is also "
                      + String.join(", ", exposure.way().others())
                      + " (--on "
                      + entry.machine()
                      + ":"
                      + exposure.way().others().get(0)
                      + ")."));
    }
    for (MachineStep step : exposure.steps()) {
      String machine = step.stop().machine();
      if (step.keep().file().isEmpty()) {
        words.add(
            machine
                + " has no start script that is known here: keep its commands as its system does"
                + " (a service at start, netfilter-persistent, nftables.service).");
      }
      if (step.undo().isEmpty() && !step.now().isEmpty()) {
        words.add(machine + " has all these rules already; its commands change nothing now.");
      }
    }
    if (exposure.checks().emptyLeft()) {
      words.add(
          "Where iptables had no table nat before, an empty one stays when all is taken back; it"
              + " decides nothing.");
    }
    if (!entry.fixed() && exposure.steps().size() > 1) {
      words.add(
          "The rules of "
              + entry.machine()
              + " name "
              + entry.device()
              + " and not its address, which may be another one tomorrow (DHCP). Addresses of VMs"
              + " stay; if you change one (qvm-prefs VM ip), take this back and ask again.");
    }
    if (OF_VMS.contains(exposure.wish().from())) {
      words.add(
          "For one VM that is to use a port of another, no rules are needed: use qvm-connect-tcp"
              + " (rulewalk qrexec tells whether dom0's policy allows it).");
    }
    return words;
  }
}
