package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/** Which chains of PedOS are meant for people's own rules, and which its agent writes anew. */
final class PeoplesChain {
  private static final String CUSTOM = "custom-";
  private static final String DOCKER_USER = "DOCKER-USER";
  private static final String ZONE_INPUT = "filter_IN_";
  private static final String ZONE_ALLOWED = "_allow";

  private PeoplesChain() {}

  /**
   * The chain for people's rules that the deciding one asks: of PedOS from R4.2 on, of Docker, of a
   * zone of firewalld.
   */
  static Optional<Chain> of(Table table, Chain decided) {
    if (decided.name().equals("FORWARD")) {
      return table.chain(DOCKER_USER);
    }
    if (decided.name().startsWith(ZONE_INPUT)) {
      return table.chain(decided.name() + ZONE_ALLOWED);
    }
    boolean has = decided.name().equals("forward") || decided.name().equals("input");
    return has ? table.chain(CUSTOM + decided.name()) : Optional.empty();
  }

  /** Whether a chain is Docker's for people's rules; it ends with a return. */
  static boolean isDockers(Chain chain) {
    return chain.name().equals(DOCKER_USER);
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
