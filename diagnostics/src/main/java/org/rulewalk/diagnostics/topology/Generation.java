package org.rulewalk.diagnostics.topology;

import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;

/**
 * How PedOS' firewall is built in a VM, and how its agent turns the rules of VMs into rules of the
 * kernel: told from the captured rules alone and never from a version.
 */
public enum Generation {
  /** Release 3: iptables, rules of all clients straight in FORWARD. */
  FORWARD_CHAIN,
  /** Releases 4.0 and 4.1 without nft: a chain of iptables for each client. */
  IPTABLES_CHAINS,
  /** Releases 4.0 and 4.1: nftables' table PedOS-firewall beside iptables. */
  BESIDE_IPTABLES,
  /** Release 4.2: nftables alone, the jumps to clients' chains in forward itself. */
  NFT,
  /** Release 4.3: jumps to the clients' chains in a chain of their own, PedOS-forward. */
  JUMP_CHAIN,
  /** Release 4.3, later: resolvers in a set that all clients share. */
  RESOLVER_SET;

  /** The generation of a machine; empty if no rule of PedOS is there. */
  public static Optional<Generation> of(Machine machine) {
    Optional<Table> agent = agentTable(machine);
    if (table(machine, PedosNames::isBaseTable).isPresent()) {
      return Optional.of(agent.map(own -> ofAgent(own, true)).orElse(NFT));
    }
    if (agent.isPresent()) {
      return Optional.of(BESIDE_IPTABLES);
    }
    if (anyHas(machine, c -> PedosNames.isIptablesJumpChain(c.name()))) {
      boolean jumps =
          anyHas(machine, c -> PedosNames.isIptablesJumpChain(c.name()) && !c.rules().isEmpty());
      return Optional.of(jumps ? IPTABLES_CHAINS : BESIDE_IPTABLES);
    }
    return anyHas(machine, c -> PedosNames.isDnsChain(c.name()))
        ? Optional.of(FORWARD_CHAIN)
        : Optional.empty();
  }

  /**
   * The generation of the agent that made a table.
   *
   * @param base whether the table that every VM of release 4.2 and later has stands beside it
   */
  public static Generation ofAgent(Table own, boolean base) {
    if (own.sets().keySet().stream().anyMatch(PedosNames::isResolverSet)) {
      return RESOLVER_SET;
    }
    if (own.chains().stream().anyMatch(c -> PedosNames.isJumpChain(c.name()))) {
      return JUMP_CHAIN;
    }
    return base ? NFT : BESIDE_IPTABLES;
  }

  /** Whether clients' rules are nftables'. */
  public boolean isNft() {
    return this != FORWARD_CHAIN && this != IPTABLES_CHAINS;
  }

  /** Whether people's rules belong into nftables alone. */
  public boolean isNftAlone() {
    return isNft() && this != BESIDE_IPTABLES;
  }

  /** The agent's table of nftables for IPv4. */
  static Optional<Table> agentTable(Machine machine) {
    return table(machine, PedosNames::isAgentTable);
  }

  private static Optional<Table> table(Machine machine, Predicate<String> name) {
    return machine.ruleset().tables().stream()
        .filter(t -> t.tool() == Table.Tool.NFT && t.family() == Family.IP)
        .filter(t -> name.test(t.name()))
        .findFirst();
  }

  private static boolean anyHas(Machine machine, Predicate<Chain> chain) {
    return machine.ruleset().tables().stream().anyMatch(t -> t.chains().stream().anyMatch(chain));
  }
}
