package org.rulewalk.diagnostics.text;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.journal.Logged;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.journal.LoggedPacket;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;

/** Logged packets in words. */
public final class LoggedWords {
  private LoggedWords() {}

  /** {@code 10.137.0.20 → 192.0.2.9 tcp/443 in by vif5.0, out by eth0}. */
  public static String packet(LoggedPacket logged) {
    Packet packet = logged.packet();
    String in = logged.in().map(device -> " in by " + device).orElse(" of its own");
    String out = logged.out().map(device -> ", out by " + device).orElse("");
    return packet.source() + " → " + packet.destination() + " " + service(logged) + in + out;
  }

  private static String service(LoggedPacket logged) {
    Packet packet = logged.packet();
    String protocol = ValueWords.protocol(packet.protocol());
    if (!logged.wholeHeader()) {
      return protocol + " (a part of a packet)";
    }
    if (packet.isIcmp()) {
      return protocol + " type " + packet.icmpType();
    }
    return Protocol.hasPorts(packet.protocol())
        ? protocol + "/" + packet.destinationPort()
        : protocol;
  }

  /** The rules that write this prefix. */
  public static String rules(Logged logged) {
    String prefix = logged.packet().prefix().strip();
    String shown = prefix.isEmpty() ? "without a prefix" : "with the prefix \"" + prefix + "\"";
    List<Logged.LogRule> rules = logged.rules();
    if (rules.isEmpty()) {
      return "a rule " + shown + " that the capture does not have any more";
    }
    return rules.stream()
        .map(
            rule ->
                "rule "
                    + rule.rule().number()
                    + " of "
                    + rule.chain().name()
                    + " in "
                    + rule.table().title()
                    + ", at "
                    + rule.hooks().stream().map(Hook::word).collect(Collectors.joining(", "))
                    + (rule.rule().source().isKnown() ? " (" + rule.rule().source() + ")" : ""))
        .collect(Collectors.joining("; or "));
  }

  /** What today's rules do with it; {@code sentence} tells a cause. */
  public static String fate(Logged.Fate fate, Function<Cause, String> sentence) {
    if (fate instanceof Logged.Fate.Stopped) {
      Cause cause = ((Logged.Fate.Stopped) fate).cause();
      return sentence.apply(cause) + cause.source().map(s -> " (" + s + ")").orElse("");
    }
    if (fate instanceof Logged.Fate.Passes) {
      List<Journey> path = ((Logged.Fate.Passes) fate).trace().requestPath();
      Journey last = path.get(path.size() - 1);
      return last.isDelivered() ? "it arrives at " + last.machine() + "." : "it gets through.";
    }
    if (fate instanceof Logged.Fate.Open) {
      return "can't be told: " + ((Logged.Fate.Open) fate).subject() + " decides it.";
    }
    return why(((Logged.Fate.Untold) fate).why());
  }

  private static String why(Logged.Why why) {
    switch (why) {
      case NO_RULES:
        return "can't be told: the capture has no rules of this machine.";
      case NO_INTERFACE:
        return "can't be told: the machine has no such interface now, and none with a route to the sender.";
      case NO_PORTS:
        return "can't be told: the line does not show the packet's ports.";
      case NOT_ITS_OWN:
        return "can't be told: the line names no interface it came in by, and the sender's address is not"
            + " the machine's own.";
      default:
        return "not asked: too many kinds of packet.";
    }
  }

  /** What must be known to read the line. */
  public static String remark(Logged.Remark remark) {
    switch (remark) {
      case TTL_LOWERED:
        return "The time to live in the line is one less than the packet came with.";
      case AFTER_DESTINATION_NAT:
        return "The destination is that after DNAT: the packet came for another address.";
      case OF_A_CONNECTION:
        return "It looks like a part of a connection that began before; it is judged as if none were known.";
      default:
        return "The interface of the line is gone; the one with a route to the sender stands for it.";
    }
  }

  /** The way that was simulated, if one was. */
  public static Optional<Trace> trace(Logged.Fate fate) {
    if (fate instanceof Logged.Fate.Stopped) {
      return Optional.of(((Logged.Fate.Stopped) fate).trace());
    }
    if (fate instanceof Logged.Fate.Passes) {
      return Optional.of(((Logged.Fate.Passes) fate).trace());
    }
    return fate instanceof Logged.Fate.Open
        ? Optional.of(((Logged.Fate.Open) fate).trace())
        : Optional.empty();
  }
}
