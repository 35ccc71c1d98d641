package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Writes commands that may take a cause away, each with the same change for the model. Which of
 * them do is found out by asking again: {@link Cure}.
 */
final class FixWriter {
  private static final Set<HeaderField> TIMES_TO_LIVE =
      Set.of(HeaderField.IP_TTL, HeaderField.IP6_HOPLIMIT);

  private final Network network;
  private final Question question;
  private final Trace trace;
  private final Set<List<String>> whole;

  /**
   * For a trace of the network as it is now, with the fixes before this one in it.
   *
   * @param whole chains in which a rule must be for whole connections: {@link RuleFix#chain}
   */
  FixWriter(Network network, Question question, Trace trace, Set<List<String>> whole) {
    this.network = network;
    this.whole = whole;
    this.question = question;
    this.trace = trace;
  }

  /** What may help, the least and most usual change first. */
  List<Fix> candidates(Cause cause) {
    List<Fix> fixes = new ArrayList<>(against(cause));
    boolean tooLarge =
        cause.kind() == CauseKind.MTU
            || !cause.request() && LargePackets.saysTooBig(cause.journey().last());
    if (tooLarge) {
      SegmentFix.of(network, trace.requestPath()).ifPresent(fixes::add);
    }
    return fixes;
  }

  private List<Fix> against(Cause cause) {
    if (cause.insight().isPresent()) {
      return InsightFix.candidates(
          cause,
          network,
          cause
              .step()
              .map(step -> new RuleFix(network, question, cause, step, whole).candidates(step))
              .orElse(List.of()));
    }
    Machine machine = network.machine(cause.machine()).orElseThrow();
    if (cause.kind() == CauseKind.UNKNOWN_DESTINATION) {
      List<Fix> fixes = new ArrayList<>(forwardedElsewhere());
      fixes.addAll(leftAsItIs(cause));
      return fixes;
    }
    if (machine.isExternal()) {
      return besideTheExternal(machine, cause);
    }
    Optional<RoutingSplit> split = RoutingSplit.behind(cause, network, new Asking(question));
    if (split.isPresent()) {
      return List.of(split.get().fix(machine));
    }
    switch (cause.kind()) {
      case RULE:
      case POLICY:
      case FIREWALL_SERVICE_FAILED:
        List<Fix> fixes = new ArrayList<>(turnedRight(cause));
        if (isForNobody(machine, cause)) {
          fixes.addAll(forwarded(machine, cause.journey().last(), cause.journey().incoming()));
        }
        cause.step().ifPresent(step -> fixes.addAll(rules(cause, step)));
        if (cause.isOfWrongSender()) {
          fixes.addAll(byTheNextMachine(machine));
        }
        if (!cause.request()) {
          fixes.addAll(tracked(cause));
        }
        return fixes;
      case NO_NAT:
      case NO_LISTENER:
        if (!cause.request()) {
          return comesBackAnotherWay(cause);
        }
        List<Fix> ends = new ArrayList<>(leftAsItIs(cause));
        ends.addAll(tracked(cause));
        ends.addAll(forwarded(machine, cause.journey().last(), cause.journey().incoming()));
        return ends;
      case NOTRACK:
        return tracked(cause);
      case TTL:
        return beforeRules(cause, FixWriter::changesTimeToLive);
      case NAT_FAILED:
        return untranslated(cause);
      case NOT_FORWARDING:
        return SettingFix.forwarding(machine, cause);
      case RP_FILTER:
        return SettingFix.reversePath(machine, cause);
      case MARTIAN:
        return SettingFix.martian(machine, cause);
      case NO_ROUTE:
      case BLACKHOLE:
        return ways(machine, cause);
      case NO_NEIGHBOUR:
        return neighbour(machine, cause);
      case LINK_DOWN:
        return LinkFix.of(network, machine.name(), device(cause)).stream().toList();
      default:
        return List.of();
    }
  }

  /** A packet for the machine itself, to a port at which nothing listens. */
  private static boolean isForNobody(Machine machine, Cause cause) {
    Packet packet = cause.journey().last();
    boolean input = Causes.hook(cause).map(hook -> hook == Hook.INPUT).orElse(false);
    return input
        && cause.request()
        && Protocol.hasPorts(packet.protocol())
        && machine.listeners().orElse(List.of()).stream()
            .noneMatch(
                l -> l.protocol() == packet.protocol() && l.port() == packet.destinationPort());
  }

  private List<Fix> forwarded(Machine machine, Packet packet, Optional<String> incoming) {
    return NatFix.destination(network, question, machine, packet, incoming);
  }

  /** A rule that sends a port on to an address that nobody has is got round by a right one. */
  private List<Fix> forwardedElsewhere() {
    List<Fix> fixes = new ArrayList<>();
    for (Journey journey : trace.requestPath()) {
      boolean toNobody =
          journey.steps().stream()
                  .anyMatch(s -> s instanceof Step.Translated && !((Step.Translated) s).source())
              && network.holders(journey.last().destination()).isEmpty();
      Machine machine = network.machine(journey.machine()).orElseThrow();
      if (toNobody && !machine.isExternal()) {
        fixes.addAll(forwarded(machine, journey.packet(), journey.incoming()));
      }
    }
    return fixes;
  }

  /** An accept before the rule that sends elsewhere what was asked of somebody else. */
  private List<Fix> leftAsItIs(Cause cause) {
    List<Fix> fixes = new ArrayList<>();
    for (Journey journey : trace.requestPath()) {
      Machine machine = network.machine(journey.machine()).orElseThrow();
      IpAddress asked = journey.packet().destination();
      boolean somebodyElses =
          question.to().address().map(asked::equals).orElse(false)
              && !machine.has(asked)
              && !network.holders(asked).isEmpty();
      for (Step step : somebodyElses ? journey.steps() : List.<Step>of()) {
        boolean translates =
            step instanceof Step.OfRule
                && ((Step.OfRule) step)
                    .rule().statements().stream().anyMatch(FixWriter::isDestinationNat);
        if (translates) {
          fixes.addAll(at(cause, asItCame(journey), step));
        }
      }
    }
    return fixes;
  }

  private static boolean isDestinationNat(Statement statement) {
    return statement instanceof Statement.Nat
        && ((Statement.Nat) statement).kind() != Statement.Nat.Kind.SNAT
        && ((Statement.Nat) statement).kind() != Statement.Nat.Kind.MASQUERADE;
  }

  private static Journey asItCame(Journey journey) {
    return new Journey(
        journey.id(),
        journey.machine(),
        journey.incoming(),
        journey.packet(),
        journey.packet(),
        journey.origin(),
        journey.steps(),
        journey.end(),
        journey.started());
  }

  private List<Fix> rules(Cause cause, Step step) {
    List<Fix> rules = new RuleFix(network, question, cause, step, whole).candidates(step);
    if (cause.journal().isPresent()) {
      return rules.stream().map(rule -> ServiceFailure.fix(cause, rule)).toList();
    }
    Optional<String> inDom0 = Dom0Command.of(network, cause, step);
    return inDom0.isEmpty()
        ? rules
        : rules.stream()
            // dom0 keeps it by itself, and the agent would rewrite its chain
            .map(
                rule ->
                    new Fix(
                        "dom0",
                        List.of(inDom0.get()),
                        "",
                        false,
                        rule.why(),
                        rule.allows(),
                        rule.change()))
            .toList();
  }

  /**
   * Where a machine does not take answers from what lies behind its neighbour, because only the
   * neighbour's own address is known there: the neighbour is asked in its place, as for a forwarded
   * port.
   */
  private List<Fix> byTheNextMachine(Machine machine) {
    for (Journey journey : trace.requestPath()) {
      Packet packet = journey.packet();
      boolean here = journey.machine().equals(machine.name()) && Kept.isPedOs(machine);
      if (here && Protocol.hasPorts(packet.protocol()) && !machine.has(packet.destination())) {
        Topology topology = new Topology(network);
        return topology
            .toHolder(machine.name(), packet.destination())
            .flatMap(hop -> topology.gateway(hop.peer(), packet.version()))
            .filter(next -> !next.equals(packet.destination()))
            .map(next -> new NatTargets.Target(next, "the only one behind that is let answer"))
            .map(
                next ->
                    NatFix.destination(
                        machine, packet, journey.incoming(), question.isForSender(network), next))
            .orElse(List.of());
      }
    }
    return List.of();
  }

  /** The machine that translated the way there must be on the way back. */
  private List<Fix> comesBackAnotherWay(Cause cause) {
    List<Fix> fixes = new ArrayList<>(tracked(cause));
    for (Journey journey : trace.requestPath()) {
      boolean translated =
          journey.steps().stream()
              .anyMatch(s -> s instanceof Step.Translated && !((Step.Translated) s).source());
      Machine machine = network.machine(journey.machine()).orElseThrow();
      if (translated && !machine.isExternal()) {
        fixes.addAll(NatFix.source(machine, journey.last()));
      }
    }
    return fixes;
  }

  /** An accept before the rule that keeps the connection out of tracking. */
  private List<Fix> tracked(Cause cause) {
    return beforeRules(cause, Statement.Notrack.class::isInstance);
  }

  /** An accept before each rule on the way that does something to the packet. */
  private List<Fix> beforeRules(Cause cause, Predicate<Statement> what) {
    List<Fix> fixes = new ArrayList<>();
    for (Journey journey : trace.journeys()) {
      for (Step step : journey.steps()) {
        boolean does =
            step instanceof Step.OfRule
                && ((Step.OfRule) step).rule().statements().stream().anyMatch(what);
        if (does) {
          fixes.addAll(at(cause, journey, step));
        }
      }
    }
    return fixes;
  }

  private static boolean changesTimeToLive(Statement statement) {
    return statement instanceof Statement.ChangeTtl
        || statement instanceof Statement.SetHeader
            && ((Statement.SetHeader) statement).target() instanceof Expression.Header
            && TIMES_TO_LIVE.contains(
                ((Expression.Header) ((Statement.SetHeader) statement).target()).field());
  }

  private List<Fix> at(Cause cause, Journey journey, Step step) {
    Cause there =
        new Cause(
            cause.kind(),
            trace.isRequest(journey),
            journey,
            journey.end(),
            Optional.of(step),
            cause.source(),
            Optional.empty(),
            Optional.empty());
    return new RuleFix(network, question, there, step, whole).candidates(step);
  }

  private List<Fix> untranslated(Cause cause) {
    Optional<Stop> stop = cause.stop();
    Optional<Step.OfRule> step =
        stop.filter(Stop.TranslationFailed.class::isInstance)
            .flatMap(s -> ((Stop.TranslationFailed) s).step());
    return step.map(s -> at(cause, cause.journey(), s)).orElse(List.of());
  }

  private static String device(Cause cause) {
    Stop stop = cause.stop().orElse(new Stop.Expired());
    if (stop instanceof Stop.DeviceDown) {
      return ((Stop.DeviceDown) stop).device();
    }
    return stop instanceof Stop.NotReceived
        ? ((Stop.NotReceived) stop).device()
        : cause.journey().incoming().orElse("");
  }

  private List<Fix> ways(Machine machine, Cause cause) {
    // where senders are held to the addresses that PedOS gave them, a route is not enough
    List<Fix> ways = new ArrayList<>(cause.request() ? byTheNextMachine(machine) : List.of());
    ways.addAll(PeoplesChain.hasAntiSpoofing(machine) ? ways.size() : 0, route(machine, cause));
    return ways;
  }

  /** A packet that a rule drops on a wrong way, here or after a wrong turn before. */
  private List<Fix> turnedRight(Cause cause) {
    List<Journey> path = trace.requestPath();
    if (!cause.request()) {
      return List.of();
    }
    Astray astray = new Astray(network);
    Optional<Journey> turn =
        astray.leavesWrongly(cause.journey())
            ? Optional.of(cause.journey())
            : Astray.isCircle(path, cause.journey()) ? astray.wrongTurn(path) : Optional.empty();
    return turn.map(
            journey ->
                ways(
                    network.machine(journey.machine()).orElseThrow(),
                    new Cause(
                        CauseKind.NO_ROUTE,
                        true,
                        journey,
                        journey.end(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())))
        .orElse(List.of());
  }

  private List<Fix> route(Machine machine, Cause cause) {
    Optional<Stop.NoRoute> stop =
        cause.stop().filter(Stop.NoRoute.class::isInstance).map(Stop.NoRoute.class::cast);
    IpAddress destination =
        stop.map(Stop.NoRoute::destination).orElse(cause.journey().last().destination());
    return new RouteFix(network, machine, destination, stop.map(Stop.NoRoute::lookup)).candidates();
  }

  private List<Fix> neighbour(Machine machine, Cause cause) {
    IpAddress destination = cause.journey().last().destination();
    List<Fix> fixes = new ArrayList<>();
    Optional<Topology.Hop> way = new Topology(network).toHolder(machine.name(), destination);
    way.ifPresent(hop -> fixes.addAll(LinkFix.candidates(network, hop)));
    Optional<Stop.NoNeighbour> stop =
        cause.stop().filter(Stop.NoNeighbour.class::isInstance).map(Stop.NoNeighbour.class::cast);
    boolean samePlace =
        stop.isPresent() && way.isPresent() && stop.get().device().equals(way.get().device());
    if (samePlace) {
      NeighbourFix.fixed(network, machine, way.get(), stop.get().address()).ifPresent(fixes::add);
    }
    fixes.addAll(new RouteFix(network, machine, destination, Optional.empty()).candidates());
    return fixes;
  }

  /**
   * A machine that was not captured takes an address to be on its own link; the captured machine
   * there can answer for it.
   */
  private List<Fix> besideTheExternal(Machine external, Cause cause) {
    boolean alone = cause.kind() == CauseKind.NO_NEIGHBOUR && cause.request();
    return alone
        ? NeighbourFix.answering(network, question, external, cause.journey().last())
        : List.of();
  }
}
