package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Packets that went the wrong way: they end where nobody can be blamed, at a machine beyond the
 * capture or in a circle. At fault is the machine that sent them there.
 */
final class Astray {
  private final Network network;

  Astray(Network network) {
    this.network = network;
  }

  /** The cause where the packet took the wrong way; the given one if it took none. */
  Cause of(List<Journey> path, Cause end) {
    Machine last = network.machine(end.machine()).orElseThrow();
    boolean beyond =
        last.isExternal()
            && end.journey().incoming().isPresent()
            && (end.kind() == CauseKind.NOT_FORWARDING
                || end.kind() == CauseKind.NO_ROUTE
                || end.kind() == CauseKind.NO_NEIGHBOUR);
    if (!beyond && end.kind() != CauseKind.TTL) {
      return end;
    }
    if (network.holders(end.journey().last().destination()).isEmpty()) {
      return end.as(CauseKind.UNKNOWN_DESTINATION);
    }
    return wrongTurn(path)
        .map(
            journey ->
                new Cause(
                    CauseKind.NO_ROUTE,
                    end.request(),
                    journey,
                    journey.end(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()))
        .orElse(end);
  }

  /**
   * Whether routing sends a packet out by another interface than the one that leads to its holder.
   */
  boolean leavesWrongly(Journey journey) {
    Optional<String> device =
        journey.steps().stream()
            .filter(Step.Routed.class::isInstance)
            .map(step -> ((Step.Routed) step).device())
            .reduce(Optional.empty(), (before, last) -> last);
    Optional<Topology.Hop> way =
        new Topology(network).toHolder(journey.machine(), journey.last().destination());
    return device.isPresent()
        && !device.get().equals("lo")
        && way.isPresent()
        && !way.get().device().equals(device.get());
  }

  /** Whether a packet comes to a machine again that it has left. */
  static boolean isCircle(List<Journey> path, Journey end) {
    return path.stream()
        .anyMatch(
            journey ->
                journey.id() < end.id()
                    && journey.machine().equals(end.machine())
                    && !end.incoming().map("lo"::equals).orElse(true));
  }

  /** The first captured machine that does not send the packet the shortest way to its holder. */
  Optional<Journey> wrongTurn(List<Journey> path) {
    Topology topology = new Topology(network);
    for (int i = 0; i + 1 < path.size(); i++) {
      Journey journey = path.get(i);
      IpAddress destination = journey.last().destination();
      Optional<Topology.Hop> way = topology.toHolder(journey.machine(), destination);
      boolean wrong =
          way.isPresent()
              && !way.get().peer().machine().equals(path.get(i + 1).machine())
              && !network.machine(journey.machine()).orElseThrow().isExternal();
      if (wrong) {
        return Optional.of(journey);
      }
    }
    return Optional.empty();
  }
}
