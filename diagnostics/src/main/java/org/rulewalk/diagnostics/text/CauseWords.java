package org.rulewalk.diagnostics.text;

import java.util.List;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Nearest;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.Source;

/** Causes in one sentence each. */
public final class CauseWords {
  private CauseWords() {}

  /** A table as users know it: iptables' by their table's name, nft's with family. */
  public static String table(Table table) {
    return table.tool() == Table.Tool.NFT
        ? "nftables' table \"" + table.title() + "\""
        : (table.tool() == Table.Tool.IPTABLES_LEGACY ? "iptables-legacy's " : "iptables' ")
            + table.name();
  }

  /** What to keep in mind when the causes are mended: where it is kept, and what not to do. */
  public static List<String> advice(Answer answer) {
    // what may not be so needs no advice
    boolean open = answer.verdict() == Answer.Verdict.UNDECIDED;
    return (open ? List.<Cause>of() : answer.causes())
        .stream()
            .flatMap(cause -> cause.insight().stream())
            .flatMap(insight -> insight.fold(FaultAdvice.INSTANCE).stream())
            .distinct()
            .toList();
  }

  /** Whether its fix rests on what the capture does not tell. */
  static boolean isOpen(Cause cause) {
    return cause.insight().map(insight -> insight.isLast()).orElse(false);
  }

  /** What happened, where, and to which packet. */
  public static String sentence(Cause cause) {
    if (cause.insight().isPresent()) {
      return cause.insight().get().fold(FaultWords.SENTENCE);
    }
    String what =
        cause.request()
            ? "the packet"
            : packet(cause).isIcmpError()
                ? "the ICMP error about the packet (ct state related)"
                : "the answer";
    String where = cause.machine();
    switch (cause.kind()) {
      case RULE:
        Step.OfRule of = (Step.OfRule) cause.step().orElseThrow();
        String verb =
            isReject(of.rule()) ? " rejects " : isQueue(of) ? " hands to a program " : " drops ";
        return "On "
            + where
            + ", rule "
            + of.rule().number()
            + " of "
            + of.chain().name()
            + " in "
            + table(of.table())
            + verb
            + what
            + ": "
            + shortened(of.rule().source())
            + (of.table().tool() == Table.Tool.IPTABLES_LEGACY ? "." + unlisted(of.table()) : "")
            + cause
                .journal()
                .map(
                    message ->
                        ". It stands there because the firewall could not use this VM's rules: \""
                            + message.text()
                            + "\" ("
                            + message
                            + ").")
                .orElse("");
      case FIREWALL_SERVICE_FAILED:
        Step.OfPolicy open = (Step.OfPolicy) cause.step().orElseThrow();
        return "On "
            + where
            + ", PedOS-firewall failed before it made any VM's rules, so "
            + open.chain().name()
            + " in "
            + table(open.table())
            + " has nothing that lets "
            + what
            + " pass, and its policy drops all that is new. An accept elsewhere can't change that. The"
            + " journal says: \""
            + cause.journal().map(Source::text).orElse("")
            + "\" ("
            + cause.journal().map(Source::toString).orElse("")
            + ").";
      case POLICY:
        Step.OfPolicy policy = (Step.OfPolicy) cause.step().orElseThrow();
        return "On "
            + where
            + ", no rule of "
            + policy.chain().name()
            + " in "
            + table(policy.table())
            + " lets "
            + what
            + " pass, so the chain's policy drops it."
            + unlisted(policy.table());
      case NO_ROUTE:
        if (cause.end() instanceof End.Left) {
          return where
              + " has no route of its own to "
              + destination(cause)
              + ": "
              + what
              + " leaves by "
              + ((End.Left) cause.end()).device()
              + ", where nobody passes it on.";
        }
        return where + " has no route to " + destination(cause) + " for " + what + ".";
      case BLACKHOLE:
        return "A blackhole route of "
            + where
            + " swallows "
            + what
            + " to "
            + destination(cause)
            + ".";
      case NOT_FORWARDING:
        return where
            + " does not pass packets on: forwarding is off (net.ipv4.ip_forward, or that of the interface "
            + cause.journey().incoming().orElse("")
            + "), so "
            + what
            + " to "
            + destination(cause)
            + " ends there.";
      case RP_FILTER:
        return where
            + " drops "
            + what
            + ": the way back to "
            + packet(cause).source()
            + " is not by "
            + cause.journey().incoming().orElse("")
            + " where it came in (rp_filter).";
      case MARTIAN:
        return where + martian(cause);
      case TTL:
        return "The time to live of " + what + " ran out on " + where + ".";
      case NO_LISTENER:
        return "Nothing listens on "
            + where
            + " at "
            + port(cause)
            + ", so "
            + what
            + " finds nobody.";
      case LISTENS_ELSEWHERE:
        return "On "
            + where
            + " something listens on that port, but only at "
            + elsewhere(cause)
            + ", not at "
            + destination(cause)
            + ".";
      case LINK_DOWN:
        return "The interface " + device(cause) + " of " + where + " is down.";
      case NO_NEIGHBOUR:
        return "On "
            + where
            + ", nobody at "
            + device(cause)
            + " answers for "
            + neighbour(cause)
            + ".";
      case UNKNOWN_DESTINATION:
        return "No machine of the capture has the address "
            + destination(cause)
            + (cause.stop().orElse(new Stop.Expired()) instanceof Stop.NoNeighbour
                ? "; on " + where + " nobody at " + device(cause) + " answers for it."
                : "; the packet gets as far as " + where + ".");
      case QREXEC_POLICY:
        return "The socket at "
            + port(cause)
            + " of "
            + where
            + " only hands connections on to another VM (PedOS.ConnectTCP), and dom0's policy refuses that: "
            + cause.source().map(Source::text).map(String::strip).orElse("no line allows it")
            + ". The program sees its connection closed at once.";
      case NO_NAT:
        return cause.request()
            ? destination(cause)
                + " is an address of "
                + where
                + " itself, no rule there translates "
                + port(cause)
                + " to another machine, and nothing listens on it."
            : "The answer comes back from "
                + packet(cause).source()
                + ", an address that "
                + where
                + " did not ask: it was translated on the way there, but not on the way back.";
      case NAT_FAILED:
        return where
            + " can't translate the addresses of "
            + what
            + ": none is free, or the interface has none.";
      case NOTRACK:
        return "A rule keeps this connection out of connection tracking, so the answer is not translated back.";
      case MTU:
        return what.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
            + what.substring(1)
            + " is larger than "
            + device(cause)
            + " of "
            + where
            + " takes, and must not be taken apart.";
      default:
        return where + " stops " + what + ".";
    }
  }

  /** What hides a table from those who look for it. */
  private static String unlisted(Table table) {
    return table.tool() == Table.Tool.IPTABLES_LEGACY
        ? " \"nft list ruleset\" and \"iptables-save\" do not show this table."
        : "";
  }

  private static String martian(Cause cause) {
    if (isRefused(cause, Arrival.Reason.OPTIONS)) {
      return " drops the packet, because an option of its IP header is broken.";
    }
    if (isRefused(cause, Arrival.Reason.SOURCE_ROUTE)) {
      return " drops the packet, because its IP header asks for a way of its own (source route).";
    }
    return " takes no packets with these addresses: "
        + packet(cause).source()
        + " to "
        + destination(cause)
        + ".";
  }

  private static boolean isRefused(Cause cause, Arrival.Reason reason) {
    return cause.end() instanceof End.Stopped
        && ((End.Stopped) cause.end()).stop() instanceof Stop.Refused
        && ((Stop.Refused) ((End.Stopped) cause.end()).stop()).reason() == reason;
  }

  private static Packet packet(Cause cause) {
    return cause.journey().last();
  }

  private static String destination(Cause cause) {
    return packet(cause).destination().toString();
  }

  private static String port(Cause cause) {
    Packet packet = packet(cause);
    return Protocol.hasPorts(packet.protocol())
        ? ValueWords.protocol(packet.protocol()) + "/" + packet.destinationPort()
        : ValueWords.protocol(packet.protocol());
  }

  private static String elsewhere(Cause cause) {
    return cause
        .elsewhere()
        .flatMap(Listener::address)
        .map(Object::toString)
        .orElse("another address");
  }

  private static String device(Cause cause) {
    Stop stop = cause.stop().orElse(new Stop.Expired());
    if (stop instanceof Stop.NoNeighbour) {
      return ((Stop.NoNeighbour) stop).device();
    }
    if (stop instanceof Stop.DeviceDown) {
      return ((Stop.DeviceDown) stop).device();
    }
    if (stop instanceof Stop.TooBig) {
      return ((Stop.TooBig) stop).device();
    }
    return cause.journey().incoming().orElse("");
  }

  private static String neighbour(Cause cause) {
    Stop stop = cause.stop().orElse(new Stop.Expired());
    return stop instanceof Stop.NoNeighbour
        ? ((Stop.NoNeighbour) stop).address().toString()
        : destination(cause);
  }

  /** Whether a rule drops and answers. */
  public static boolean isReject(Rule rule) {
    return rule.statements().stream().anyMatch(Statement.Reject.class::isInstance);
  }

  private static boolean isQueue(Step.OfRule step) {
    return step.verdict() instanceof org.rulewalk.simulator.rules.Verdict.Queue;
  }

  /** The rule that came closest, and what keeps it from matching. */
  public static String nearest(Nearest nearest) {
    String rule =
        "rule " + nearest.rule().number() + " (" + shortened(nearest.rule().source()) + ")";
    if (nearest.differs().isEmpty()) {
      return rule + " would let it pass, but stands behind";
    }
    StringBuilder words = new StringBuilder(rule).append(", but ");
    for (int i = 0; i < nearest.differs().size(); i++) {
      words.append(i > 0 ? " and " : "").append(difference(nearest.differs().get(i)));
    }
    return words.toString();
  }

  /** {@code iifname: ens5, not vif*}. */
  public static String difference(Nearest.Difference difference) {
    return difference.field() + ": " + difference.actual() + ", not " + difference.wanted();
  }

  static String shortened(Source source) {
    String text = source.text();
    int handle = text.indexOf(" # handle");
    String plain = handle > 0 ? text.substring(0, handle) : text;
    String bare =
        plain.startsWith("[") && plain.indexOf("] ") > 0
            ? plain.substring(plain.indexOf("] ") + 2)
            : plain;
    return bare.length() > 90 ? bare.substring(0, 90) + "…" : bare;
  }
}
