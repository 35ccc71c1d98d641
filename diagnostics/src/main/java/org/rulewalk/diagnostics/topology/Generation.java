package org.rulewalk.diagnostics.topology;

import java.util.Optional;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;

/** How PedOS' firewall is built in a VM, told from its rules alone and never from a version. */
public enum Generation {
  /** Release 3: iptables, with each client's rules straight in FORWARD. */
  A,
  /** Releases 4.0 and 4.1: iptables, and beside it nftables' table PedOS-firewall. */
  B,
  /** Release 4.2: nftables alone, the jumps to clients' chains in forward itself. */
  C,
  /** Release 4.3: as C, the jumps in a chain PedOS-forward. */
  D,
  /** As D, with the resolvers in a set dns-addr. */
  E;

  /** The generation of a machine; empty if no rule of PedOS is there. */
  public static Optional<Generation> of(Machine machine) {
    Optional<Table> agent = table(machine, "PedOS-firewall");
    if (table(machine, "PedOS").isPresent()) {
      boolean set = agent.map(a -> a.sets().containsKey("dns-addr")).orElse(false);
      boolean jumps = agent.map(a -> has(a, "PedOS-forward")).orElse(false);
      return Optional.of(jumps ? set ? E : D : C);
    }
    boolean forward = anyHas(machine, "PEDOS-FORWARD");
    if (forward || agent.isPresent()) {
      return Optional.of(B);
    }
    return anyHas(machine, "PR-PEDOS") ? Optional.of(A) : Optional.empty();
  }

  /** Whether people's rules belong into nftables alone. */
  public boolean isNftAlone() {
    return this != A && this != B;
  }

  /** The IPv4 table of nftables with this name, in PedOS' spelling. */
  static Optional<Table> table(Machine machine, String name) {
    return machine.ruleset().tables().stream()
        .filter(t -> t.tool() == Table.Tool.NFT && t.family() == Family.IP)
        .filter(t -> Spelling.pedOs(t.name()).equals(name))
        .findFirst();
  }

  private static boolean anyHas(Machine machine, String chain) {
    return machine.ruleset().tables().stream().anyMatch(t -> has(t, chain));
  }

  private static boolean has(Table table, String name) {
    return table.chains().stream().map(Chain::name).map(Spelling::pedOs).anyMatch(name::equals);
  }
}
