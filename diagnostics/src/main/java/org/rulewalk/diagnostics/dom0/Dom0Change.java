package org.rulewalk.diagnostics.dom0;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** The smallest change of dom0's rules of a VM that treats a packet otherwise, as a command. */
public final class Dom0Change {
  private Dom0Change() {}

  /** What a shell of dom0 does so that the packet passes; empty where rules of dom0 know no way. */
  public static Optional<String> allowing(Behind behind, Packet packet) {
    Standing standing = behind.standing();
    Shape.Flow flow = Shape.Flow.of(packet);
    boolean outdated =
        standing.state() == Standing.State.STALE || standing.state() == Standing.State.MISSING;
    if (standing.state() == Standing.State.BLOCKED) {
      // one more rule would be discarded as well
      return standing
          .decider(flow)
          .filter(e -> e.shape().accepts())
          .map(e -> reload(standing.vm()));
    }
    if (outdated && standing.decider(flow).map(e -> e.shape().accepts()).orElse(false)) {
      return Optional.of(reload(standing.vm()));
    }
    if (isOld(standing)) {
      return oldAllowing(behind, packet);
    }
    return isForItAlone(behind, flow)
        ? behind.number().map(n -> delete(standing.vm(), n))
        : described(packet, standing.generation())
            .map(what -> add(standing.vm(), place(behind, flow), "accept", what));
  }

  /** What a shell of dom0 does so that a packet that passes does not; empty if there is no way. */
  public static Optional<String> forbidding(Behind behind, Packet packet) {
    Standing standing = behind.standing();
    Shape.Flow flow = Shape.Flow.of(packet);
    if (isOld(standing)) {
      return oldForbidding(behind);
    }
    boolean alone = isOfTheEditor(behind) || isAbout(behind, flow);
    boolean enough = alone && next(behind, flow).map(e -> e.shape().denies()).orElse(false);
    return enough
        ? behind.number().map(n -> delete(standing.vm(), n))
        : described(packet, standing.generation())
            .map(what -> add(standing.vm(), place(behind, flow), "drop", what));
  }

  /** Why a rule does not do what it seems to; empty if it does. */
  public static Optional<String> withoutEffect(FirewallRule rule) {
    return AgentText.withoutEffect(rule);
  }

  /** Makes dom0 send a VM's rules again. */
  public static String reload(String vm) {
    return "qvm-firewall --reload " + vm;
  }

  private static boolean isOld(Standing standing) {
    return standing.generation() == Generation.FORWARD_CHAIN && standing.rules().old().isPresent();
  }

  private static String add(String vm, int place, String action, String what) {
    return "qvm-firewall " + vm + " add --before " + place + " " + action + what;
  }

  private static String delete(String vm, int number) {
    return "qvm-firewall " + vm + " del --rule-no " + number;
  }

  /**
   * Right before the rule of dom0 that decides; the list's end is behind its last rule. Where the
   * chain is another one than dom0's, dom0's rules count; before all of them if these do not tell.
   */
  private static int place(Behind behind, Shape.Flow flow) {
    Standing standing = behind.standing();
    Optional<Origin> decides = standing.decider(flow).map(Expected::origin);
    boolean inForce = standing.state() == Standing.State.IN_FORCE;
    Optional<Origin> origin = decides.or(() -> inForce ? behind.origin() : Optional.empty());
    boolean end = origin.map(o -> o.part() == Origin.Part.END).orElse(false);
    return origin
        .flatMap(Origin::rule)
        .flatMap(standing::number)
        .orElse(end ? standing.counted().size() : 0);
  }

  /** Rules of dom0 know TCP, UDP and ICMP only. */
  public static Optional<String> described(Packet packet, Generation generation) {
    String host = packet.version() == IpVersion.IPV4 ? " dst4=" : " dst6=";
    String to = host + packet.destination();
    switch (packet.protocol()) {
      case Protocol.TCP:
        return Optional.of(to + " proto=tcp dstports=" + packet.destinationPort());
      case Protocol.UDP:
        return Optional.of(to + " proto=udp dstports=" + packet.destinationPort());
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        // ip6tables has another name for the type, and release 3's text has none at all
        boolean typed =
            generation.isNft()
                || generation == Generation.IPTABLES_CHAINS && packet.version() == IpVersion.IPV4;
        return Optional.of(to + " proto=icmp" + (typed ? " icmptype=" + packet.icmpType() : ""));
      default:
        return Optional.empty();
    }
  }

  /**
   * Whether it is one of the rules that the firewall editor of release 4 adds and does not show.
   */
  public static boolean isOfTheEditor(Behind behind) {
    return behind
        .origin()
        .flatMap(Origin::rule)
        .filter(FirewallRule::accepts)
        .map(
            rule -> {
              Set<String> set = new TreeSet<>(rule.values().keySet());
              set.remove("comment");
              set.remove("action");
              boolean icmp = rule.value("proto").filter("icmp"::equals).isPresent();
              return set.equals(Set.of("specialtarget")) || icmp && set.equals(Set.of("proto"));
            })
        .orElse(false);
  }

  /** Whether the rule that rejects is about this very service, and without it the packet passes. */
  private static boolean isForItAlone(Behind behind, Shape.Flow flow) {
    return isAbout(behind, flow) && next(behind, flow).map(e -> e.shape().accepts()).orElse(false);
  }

  private static boolean isAbout(Behind behind, Shape.Flow flow) {
    Optional<Expected> own =
        behind.standing().state() == Standing.State.IN_FORCE ? expected(behind) : Optional.empty();
    boolean single =
        own.map(
                e ->
                    e.host().isEmpty()
                        && only(e.shape(), Shape.DESTINATION, flow.destination().value())
                        && (only(e.shape(), Shape.PORT, Bits.of(flow.port()))
                            || only(e.shape(), Shape.ICMP_TYPE, Bits.of(flow.icmpType()))))
            .orElse(false);
    return single && behind.origin().flatMap(Origin::rule).isPresent();
  }

  private static boolean only(Shape shape, String test, Bits value) {
    return shape.tests().getOrDefault(test, Set.of()).stream()
        .anyMatch(list -> list.size() == 1 && list.get(0).equals(Interval.of(value)));
  }

  private static Optional<Expected> expected(Behind behind) {
    return behind
        .origin()
        .flatMap(
            origin ->
                behind.standing().expected().stream()
                    .filter(e -> e.origin().equals(origin))
                    .findFirst());
  }

  /** What decides without the rule that does. */
  private static Optional<Expected> next(Behind behind, Shape.Flow flow) {
    Standing standing = behind.standing();
    int last = -1;
    for (int i = 0; i < standing.expected().size(); i++) {
      boolean own = behind.origin().filter(standing.expected().get(i).origin()::equals).isPresent();
      last = own ? i : last;
    }
    return last < 0 ? Optional.empty() : standing.decider(flow, last + 1);
  }

  private static Optional<String> oldAllowing(Behind behind, Packet packet) {
    String command = "qvm-firewall " + behind.standing().vm();
    Origin.Part part = behind.origin().map(Origin::part).orElse(Origin.Part.POLICY);
    if (part == Origin.Part.RULE) {
      return behind.number().map(n -> command + " -d " + n);
    }
    if (part == Origin.Part.UPDATES) {
      return Optional.of(command + " -Y allow");
    }
    if (packet.protocol() == Protocol.ICMP) {
      return Optional.of(command + " -i allow");
    }
    boolean ports = packet.protocol() == Protocol.TCP || packet.protocol() == Protocol.UDP;
    String what =
        ports
            ? (packet.protocol() == Protocol.TCP ? " tcp " : " udp ") + packet.destinationPort()
            : " any";
    return Optional.of(command + " -a " + packet.destination() + what);
  }

  private static Optional<String> oldForbidding(Behind behind) {
    String command = "qvm-firewall " + behind.standing().vm();
    switch (behind.origin().map(Origin::part).orElse(Origin.Part.POLICY)) {
      case RULE:
        return behind.number().map(n -> command + " -d " + n);
      case DNS:
        return Optional.of(command + " -D deny");
      case ICMP:
        return Optional.of(command + " -i deny");
      case UPDATES:
        return Optional.of(command + " -Y deny");
      default:
        return Optional.empty();
    }
  }
}
