package org.rulewalk.diagnostics.insight;

import java.util.Optional;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;

/**
 * A place where a packet stopped.
 *
 * @param network as it was asked
 * @param journey the way through the machine where it stopped
 * @param step the rule or policy that decided; empty for other kinds
 * @param request whether it is the packet that was asked about, and not an answer to it
 */
public record Stopped(
    Network network,
    Surroundings known,
    Trace trace,
    Journey journey,
    Optional<Step> step,
    boolean request) {
  Packet packet() {
    return journey.last();
  }

  Optional<Step.OfRule> rule() {
    return step.filter(Step.OfRule.class::isInstance).map(Step.OfRule.class::cast);
  }
}
