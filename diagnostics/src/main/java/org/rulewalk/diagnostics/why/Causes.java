package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Finds in a trace what stopped the packet, or the answer to it. */
final class Causes {
  private final Network network;
  private final Trace trace;

  Causes(Network network, Trace trace) {
    this.network = network;
    this.trace = trace;
  }

  /** The first thing that stopped it; empty if nothing did. */
  Optional<Cause> first() {
    for (Journey journey : trace.requestPath()) {
      Optional<Cause> stopped =
          stopped(journey, true).map(cause -> new Astray(network).of(trace.requestPath(), cause));
      if (stopped.isPresent()) {
        return stopped;
      }
    }
    for (Journey journey : trace.requestPath()) {
      if (journey.end() instanceof End.Delivered) {
        Optional<Cause> cause = delivered(journey, (End.Delivered) journey.end());
        if (cause.isPresent()) {
          return cause;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What stopped the packet of a run, and can be mended: where a large one did not fit, what loses
   * the error about it.
   */
  static Optional<Cause> first(Network network, Asking.Seen seen) {
    Causes causes = new Causes(network, seen.trace());
    Optional<Cause> first = causes.first();
    return seen.large()
        ? first
            .filter(cause -> cause.kind() == CauseKind.MTU)
            .flatMap(cause -> causes.lostError(cause.journey()))
            .or(() -> first)
            .map(cause -> cause.kind() == CauseKind.MTU ? cause : cause.ofAnswer())
        : first;
  }

  /**
   * What stopped the error about a packet that was too large; empty if none was sent, or it came.
   */
  Optional<Cause> lostError(Journey tooBig) {
    return trace.answersTo(tooBig).stream()
        .map(trace::pathFrom)
        .flatMap(List::stream)
        .map(each -> stopped(each, false))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .findFirst();
  }

  private Optional<Cause> stopped(Journey journey, boolean request) {
    return journey.end() instanceof End.Stopped
        ? Optional.of(stop(journey, ((End.Stopped) journey.end()).stop(), request))
        : Optional.empty();
  }

  private Optional<Cause> delivered(Journey journey, End.Delivered end) {
    if (end.receiver() == End.Receiver.NOBODY || end.receiver() == End.Receiver.SILENT) {
      return Optional.of(noListener(journey));
    }
    for (Journey answer : trace.answersTo(journey)) {
      List<Journey> path = trace.pathFrom(answer);
      for (Journey each : path) {
        Optional<Cause> lost =
            stopped(each, false).map(cause -> new Astray(network).of(path, cause));
        if (lost.isPresent()) {
          return lost;
        }
      }
      Journey last = path.get(path.size() - 1);
      boolean strange =
          last.end() instanceof End.Delivered
              && ((End.Delivered) last.end()).receiver() == End.Receiver.NOBODY;
      if (strange) {
        CauseKind kind = wasNotTracked(journey) ? CauseKind.NOTRACK : CauseKind.NO_NAT;
        return Optional.of(plain(kind, last, false, Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private boolean wasNotTracked(Journey journey) {
    return trace.journeys().stream()
        .filter(each -> each.id() <= journey.id())
        .flatMap(each -> each.steps().stream())
        .filter(Step.OfRule.class::isInstance)
        .map(step -> ((Step.OfRule) step).rule())
        .anyMatch(
            rule ->
                rule.statements().stream()
                    .anyMatch(org.rulewalk.simulator.rules.Statement.Notrack.class::isInstance));
  }

  private Cause noListener(Journey journey) {
    Machine machine = network.machine(journey.machine()).orElseThrow();
    Packet packet = journey.last();
    Optional<Listener> elsewhere =
        machine.listeners().orElse(List.of()).stream()
            .filter(l -> l.protocol() == packet.protocol() && l.port() == packet.destinationPort())
            .findFirst();
    boolean forwards = machine.settings().flag("net.ipv4.ip_forward", false);
    boolean wasTranslated =
        trace.requestPath().stream()
            .flatMap(j -> j.steps().stream())
            .anyMatch(Causes::isDestinationNat);
    CauseKind kind =
        elsewhere.isPresent()
            ? CauseKind.LISTENS_ELSEWHERE
            : forwards
                    && !machine.isExternal()
                    && !wasTranslated
                    && Protocol.hasPorts(packet.protocol())
                ? CauseKind.NO_NAT
                : CauseKind.NO_LISTENER;
    Optional<Source> source = elsewhere.map(Listener::source).filter(Source::isKnown);
    return new Cause(
        kind, true, journey, journey.end(), Optional.empty(), source, Optional.empty(), elsewhere);
  }

  private static boolean isDestinationNat(Step step) {
    return step instanceof Step.Translated && !((Step.Translated) step).source();
  }

  private static Cause plain(
      CauseKind kind, Journey journey, boolean request, Optional<Source> source) {
    return new Cause(
        kind,
        request,
        journey,
        journey.end(),
        Optional.empty(),
        source.filter(Source::isKnown),
        Optional.empty(),
        Optional.empty());
  }

  private Cause stop(Journey journey, Stop stop, boolean request) {
    if (stop instanceof Stop.ByRule) {
      return byRule(CauseKind.RULE, journey, ((Stop.ByRule) stop).step(), request);
    }
    if (stop instanceof Stop.Queued) {
      return byRule(CauseKind.RULE, journey, ((Stop.Queued) stop).step(), request);
    }
    if (stop instanceof Stop.Stolen) {
      return byRule(CauseKind.RULE, journey, ((Stop.Stolen) stop).step(), request);
    }
    if (stop instanceof Stop.ByPolicy) {
      Step.OfPolicy step = ((Stop.ByPolicy) stop).step();
      return new Cause(
          CauseKind.POLICY,
          request,
          journey,
          journey.end(),
          Optional.of(step),
          Optional.of(step.chain().policySource()).filter(Source::isKnown),
          Optional.empty(),
          Optional.empty());
    }
    if (stop instanceof Stop.NoRoute) {
      Lookup.Failed failed = ((Stop.NoRoute) stop).lookup();
      boolean blackhole =
          failed.failure() == Lookup.Failure.BLACKHOLE && failed.route().isPresent();
      Optional<Source> source = failed.route().map(route -> route.source());
      return plain(blackhole ? CauseKind.BLACKHOLE : CauseKind.NO_ROUTE, journey, request, source);
    }
    if (stop instanceof Stop.Refused) {
      return refused(journey, (Stop.Refused) stop, request);
    }
    if (stop instanceof Stop.NoNeighbour) {
      boolean nobody = network.holders(journey.last().destination()).isEmpty();
      return plain(
          nobody ? CauseKind.UNKNOWN_DESTINATION : CauseKind.NO_NEIGHBOUR,
          journey,
          request,
          Optional.empty());
    }
    return plain(other(stop), journey, request, Optional.empty());
  }

  private static CauseKind other(Stop stop) {
    if (stop instanceof Stop.Expired) {
      return CauseKind.TTL;
    }
    if (stop instanceof Stop.TooBig) {
      return CauseKind.MTU;
    }
    if (stop instanceof Stop.DeviceDown || stop instanceof Stop.NotReceived) {
      return CauseKind.LINK_DOWN;
    }
    boolean nat = stop instanceof Stop.TranslationFailed || stop instanceof Stop.Clash;
    return nat ? CauseKind.NAT_FAILED : CauseKind.MARTIAN;
  }

  private static Cause byRule(CauseKind kind, Journey journey, Step.OfRule step, boolean request) {
    return new Cause(
        kind,
        request,
        journey,
        journey.end(),
        Optional.of(step),
        Optional.of(step.rule().source()).filter(Source::isKnown),
        Optional.empty(),
        Optional.empty());
  }

  private Cause refused(Journey journey, Stop.Refused stop, boolean request) {
    Settings settings = network.machine(journey.machine()).orElseThrow().settings();
    switch (stop.reason()) {
      case NOT_FORWARDING:
        String key =
            journey.packet().version() == IpVersion.IPV4
                ? "net.ipv4.ip_forward"
                : "net.ipv6.conf.all.forwarding";
        return plain(
            CauseKind.NOT_FORWARDING,
            journey,
            request,
            settings.find(key).map(Settings.Entry::source));
      case REVERSE_PATH:
        String filter = Settings.name(IpVersion.IPV4, stop.device(), "rp_filter");
        return plain(
            CauseKind.RP_FILTER,
            journey,
            request,
            settings.find(filter).map(Settings.Entry::source));
      default:
        return plain(CauseKind.MARTIAN, journey, request, Optional.empty());
    }
  }

  /** The hook at which a cause's rule or policy stands. */
  static Optional<Hook> hook(Cause cause) {
    return cause.step().map(step -> ((Step.OfChain) step).hook());
  }
}
