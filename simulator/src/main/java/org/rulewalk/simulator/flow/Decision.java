package org.rulewalk.simulator.flow;

import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.ChainFlow;

/**
 * What a base chain says about some packets.
 *
 * @param base the chain that was asked
 */
public record Decision(Hook hook, Table table, Chain.Base base, ChainFlow.Outcome outcome) {
  /** Whether it is what the same chain says, in this ruleset or another. */
  public boolean isOfSameChain(Decision other) {
    return hook == other.hook
        && table.tool() == other.table.tool()
        && table.title().equals(other.table.title())
        && base.name().equals(other.base.name());
  }
}
