package org.rulewalk.simulator.flow;

import java.util.Optional;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.symbolic.PacketSet;

/**
 * Packets with which the same is done, for the same reason.
 *
 * @param packets as they came
 * @param by what decided it, where rules did
 * @param route what decided it, where a route did
 */
public record Fate(
    PacketSet packets, Treatment treatment, Optional<Decision> by, Optional<Route> route) {
  static Fate by(Decision decision, Treatment treatment) {
    return by(decision, decision.outcome().packets(), treatment);
  }

  static Fate by(Decision decision, PacketSet some, Treatment treatment) {
    return new Fate(some, treatment, Optional.of(decision), Optional.empty());
  }

  static Fate routed(PacketSet packets, Treatment treatment, Optional<Route> route) {
    return new Fate(packets, treatment, Optional.empty(), route);
  }

  /** As much of it as counts beside another. */
  public Fate beside(Fate other) {
    Treatment known = treatment.beside(other.treatment);
    return new Fate(
        packets, known, by, known instanceof Treatment.Passed ? Optional.empty() : route);
  }
}
