package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/** Which chains of PedOS are meant for people's own rules, and which its agent writes anew. */
final class PeoplesChain {
  private static final String CUSTOM = "custom-";

  private PeoplesChain() {}

  /** From R4.2 on: the chain for people's rules that the deciding one asks. */
  static Optional<Chain> of(Table table, Chain decided) {
    boolean has = decided.name().equals("forward") || decided.name().equals("input");
    return has ? table.chain(CUSTOM + decided.name()) : Optional.empty();
  }

  /** Whether the agent writes this chain, so that rules in it are lost at the next change. */
  static boolean isAgents(Chain chain) {
    return chain instanceof Chain.Regular
        && PedosNames.isOurs(chain.name())
        && !chain.name().startsWith(CUSTOM);
  }

  /** Whether a machine has such a chain. */
  static boolean hasAntiSpoofing(Machine machine) {
    return machine.ruleset().tables().stream()
        .anyMatch(table -> table.chains().stream().anyMatch(chain -> isAntiSpoofing(table, chain)));
  }

  /**
   * Whether the chain drops senders that PedOS did not give their address. The sets behind it are
   * written anew with every client, and no rule is to get round them.
   */
  static boolean isAntiSpoofing(Table table, Chain chain) {
    return PedosNames.isOurs(table.name()) && chain.name().equals("antispoof");
  }
}
