package org.rulewalk.diagnostics.hops;

import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Step;

/**
 * What one base chain said about a packet.
 *
 * @param base the chain that the hook asked
 * @param last the rule or policy that decided
 * @param drops whether the packet would have ended there
 */
public record Decision(Table table, Chain base, Step last, boolean drops) {
  /** The rule that decided; empty for the policy. */
  public Optional<Rule> rule() {
    return last instanceof Step.OfRule
        ? Optional.of(((Step.OfRule) last).rule())
        : Optional.empty();
  }

  /** The chain in which the deciding rule stands. */
  public Chain chain() {
    return last instanceof Step.OfRule ? ((Step.OfRule) last).chain() : base;
  }
}
