package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * A machine sends packets that it forwards another way than its own to the same place: a policy
 * rule asks for a mark, or for packets of the machine itself, that forwarded ones don't have.
 * Typical of a VPN whose tunnel only its own traffic enters.
 *
 * @param forwarded the route of the forwarded packet; empty if it had none
 * @param own the route of a packet that the machine itself sends
 */
record RoutingSplit(
    String machine,
    IpVersion version,
    Optional<Lookup.Found> forwarded,
    Lookup.Found own,
    List<RoutingRule> rules) {

  /** The first on a packet's way. */
  static Optional<RoutingSplit> on(Network network, List<Journey> path) {
    return path.stream()
        .map(journey -> at(network, journey))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .findFirst();
  }

  /** That of one machine, if it forwarded the packet and would send its own another way. */
  static Optional<RoutingSplit> at(Network network, Journey journey) {
    Machine machine = network.machine(journey.machine()).orElseThrow();
    boolean special =
        journey.incoming().isPresent()
            && machine.routingRules().stream().anyMatch(RoutingSplit::isForSome);
    if (!special || machine.isExternal()) {
      return Optional.empty();
    }
    Optional<Lookup.Found> forwarded = lastRoute(journey);
    boolean unrouted =
        journey.end() instanceof End.Stopped
            && ((End.Stopped) journey.end()).stop() instanceof Stop.NoRoute;
    if (forwarded.isEmpty() && !unrouted) {
      return Optional.empty();
    }
    return ownRoute(network, journey.last(), machine)
        .filter(own -> isForSome(own.rule()))
        .filter(own -> forwarded.map(f -> !device(f).equals(device(own))).orElse(true))
        .map(
            own ->
                new RoutingSplit(
                    machine.name(),
                    journey.packet().version(),
                    forwarded,
                    own,
                    machine.routingRules()));
  }

  private static boolean isForSome(RoutingRule rule) {
    boolean ownOnly = rule.incoming().map(Flow.LOOPBACK::equals).orElse(false) && !rule.not();
    return rule.action() == RoutingRule.Action.LOOKUP
        && (ownOnly || rule.mark().isPresent() && rule.mark().getAsLong() != 0 && !rule.not());
  }

  private static String device(Lookup.Found found) {
    return found.hop().device();
  }

  private static Optional<Lookup.Found> lastRoute(Journey journey) {
    return journey.steps().stream()
        .filter(Step.Routed.class::isInstance)
        .map(Step.Routed.class::cast)
        .filter(step -> step.device().isPresent())
        .reduce((a, b) -> b)
        .flatMap(Step.Routed::lookup);
  }

  /** By which way the machine's own packet to the same place leaves. */
  private static Optional<Lookup.Found> ownRoute(Network network, Packet packet, Machine machine) {
    int protocol = packet.protocol();
    boolean asks =
        protocol == Protocol.TCP || protocol == Protocol.UDP || protocol == Protocol.ICMP;
    if (!asks) {
      return Optional.empty();
    }
    int port = Protocol.hasPorts(protocol) ? packet.destinationPort() : 0;
    Probe probe =
        new Probe.Connect(
            machine.name(), packet.destination(), protocol, port, OptionalInt.empty());
    Trace trace = new Simulator(network).run(probe).trace();
    return trace.requestPath().stream().findFirst().flatMap(RoutingSplit::lastRoute);
  }

  /** The rule that only the machine's own packets meet. */
  RoutingRule rule() {
    return own.rule();
  }

  private static String table(Lookup.Found found) {
    int number = found.rule().table();
    return number == Route.TABLE_MAIN ? "main" : Integer.toString(number);
  }

  /** What is so, in whole sentences. */
  String sentence() {
    String ways =
        forwarded
            .map(
                f ->
                    "packets that "
                        + machine
                        + " forwards use routing table "
                        + table(f)
                        + " and leave by "
                        + device(f))
            .orElse("packets that " + machine + " forwards have no route");
    boolean mark = rule().mark().isPresent();
    return ways.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
        + ways.substring(1)
        + "; its own to the same place use table "
        + table(own)
        + " and leave by "
        + device(own)
        + ". The rule \""
        + words(rule())
        + "\""
        + " asks for "
        + (mark
            ? "a mark that only packets of " + machine + " itself get"
            : "packets of " + machine + " itself")
        + ".";
  }

  private static String words(RoutingRule rule) {
    String text = rule.source().text().replace('\t', ' ');
    return text.isEmpty() ? rule.priority() + ": lookup " + rule.table() : text;
  }

  /**
   * The commands that send forwarded packets the same way; none where there is no room for them.
   */
  List<String> commands() {
    return added().isEmpty()
        ? List.of()
        : added().stream()
            .map(
                rule ->
                    (version == IpVersion.IPV4 ? "ip" : "ip -6")
                        + " rule add "
                        + (rule.not()
                            ? "not iif lo lookup " + rule.table()
                            : "lookup main suppress_prefixlength 0")
                        + " priority "
                        + rule.priority())
            .toList();
  }

  /** The same with where it is kept. */
  Fix fix(Machine onIt) {
    String file = Kept.script(onIt);
    return new Fix(
        machine,
        commands(),
        file,
        !file.isEmpty(),
        "sends what " + machine + " forwards the way of its own packets",
        "the same way for everything else that " + machine + " forwards",
        this::applied);
  }

  /** The same for the model. */
  Network applied(Network network) {
    Machine before = network.machine(machine).orElseThrow();
    List<RoutingRule> all = new ArrayList<>(before.routingRules());
    all.addAll(added());
    return network.with(before.withRoutingRules(all));
  }

  /**
   * Everything that is forwarded asks the tunnel's table, but for what main has a route of its own
   * for; as wg-quick does with {@code not fwmark}, without a mark.
   */
  private List<RoutingRule> added() {
    Set<Long> taken =
        rules.stream()
            .filter(r -> r.version() == version)
            .map(RoutingRule::priority)
            .collect(Collectors.toSet());
    long second = free(taken, rule().priority());
    long first = free(taken, second);
    boolean mainFirst =
        rules.stream()
            .anyMatch(
                r ->
                    r.version() == version
                        && r.table() == Route.TABLE_MAIN
                        && r.suppressPrefixLength() >= 0
                        && r.priority() < second);
    if (second <= 0 || first <= 0 && !mainFirst) {
      return List.of();
    }
    List<RoutingRule> added = new ArrayList<>();
    if (!mainFirst) {
      added.add(rule(first, false, Optional.empty(), Route.TABLE_MAIN, 0));
    }
    added.add(rule(second, true, Optional.of(Flow.LOOPBACK), rule().table(), -1));
    return added;
  }

  private static long free(Set<Long> taken, long below) {
    long candidate = below - 1;
    while (candidate > 0 && taken.contains(candidate)) {
      candidate--;
    }
    return candidate;
  }

  private RoutingRule rule(
      long priority, boolean not, Optional<String> incoming, int table, int suppress) {
    return new RoutingRule(
        version,
        priority,
        not,
        Optional.empty(),
        Optional.empty(),
        incoming,
        Optional.empty(),
        OptionalLong.empty(),
        0,
        0,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        RoutingRule.Action.LOOKUP,
        table,
        0,
        suppress,
        true,
        Source.NONE);
  }

  /**
   * The split behind a cause: with forwarded packets on the other way, that cause is gone. Only
   * where a packet was forwarded and then stopped.
   */
  static Optional<RoutingSplit> behind(Cause cause, Network network, Asking asking) {
    if (!cause.request()) {
      return Optional.empty();
    }
    return at(network, cause.journey())
        .filter(split -> !split.commands().isEmpty())
        .filter(split -> isGone(cause, split.applied(network), asking));
  }

  private static boolean isGone(Cause cause, Network changed, Asking asking) {
    Asking.Seen seen = asking.ask(changed, org.rulewalk.simulator.kernel.Choices.LIKELY);
    if (seen.isSuccess()) {
      return true;
    }
    Optional<Cause> next = Causes.first(changed, seen);
    return next.map(other -> isFurther(cause, other)).orElse(false);
  }

  /** Whether the packet now gets past the machine where it was stopped. */
  private static boolean isFurther(Cause cause, Cause next) {
    return !next.request() || next.journey().id() > cause.journey().id();
  }
}
