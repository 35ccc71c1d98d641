package org.rulewalk.diagnostics.dom0;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The agent of a VM that provides the network, as far as the captured rules show it.
 *
 * @param runs false where the rules that every VM has are there, but nothing of the agent: it was
 *     stopped, or never started
 */
record Agent(Machine machine, Generation generation, boolean runs) {
  private static final String FORWARD = "forward";
  private static final String IPTABLES_FORWARD = "FORWARD";

  /** Empty where the rules show no PedOS, or the capture lacks what would tell. */
  static Optional<Agent> of(Machine machine) {
    List<Table> tables = machine.ruleset().tables();
    Optional<Table> own =
        tables.stream().filter(t -> PedosNames.isAgentTable(t.name())).findFirst();
    boolean base = tables.stream().anyMatch(t -> PedosNames.isBaseTable(t.name()));
    if (own.isPresent()) {
      return Optional.of(new Agent(machine, Generation.ofAgent(own.get(), base), true));
    }
    if (base) {
      return Optional.of(new Agent(machine, Generation.NFT, false));
    }
    return tables.stream()
        .filter(t -> isIptables(t, "filter") && t.chain(IPTABLES_FORWARD).isPresent())
        .findFirst()
        .flatMap(filter -> ofIptables(machine, filter));
  }

  private static Optional<Agent> ofIptables(Machine machine, Table filter) {
    Optional<Chain> jumps =
        filter.chains().stream().filter(c -> PedosNames.isIptablesJumpChain(c.name())).findFirst();
    if (jumps.isPresent()) {
      if (!jumps.get().rules().isEmpty()) {
        return Optional.of(new Agent(machine, Generation.IPTABLES_CHAINS, true));
      }
      // the table would be in the other listing
      return machine.missing().contains(CaptureFile.NFTABLES)
          ? Optional.empty()
          : Optional.of(new Agent(machine, Generation.BESIDE_IPTABLES, false));
    }
    boolean old =
        machine.ruleset().tables().stream()
            .filter(t -> isIptables(t, "nat"))
            .anyMatch(t -> t.chains().stream().anyMatch(c -> PedosNames.isDnsChain(c.name())));
    return old ? Optional.of(new Agent(machine, Generation.FORWARD_CHAIN, true)) : Optional.empty();
  }

  private static boolean isIptables(Table table, String name) {
    return table.tool() != Table.Tool.NFT
        && table.family() == Family.IP
        && table.name().equals(name);
  }

  /** The table with clients' rules for a version. */
  Optional<Table> table(IpVersion version) {
    Family family = version == IpVersion.IPV4 ? Family.IP : Family.IP6;
    return machine.ruleset().tables().stream()
        .filter(t -> t.family() == family)
        .filter(
            t ->
                generation.isNft()
                    ? PedosNames.isAgentTable(t.name())
                    : t.tool() != Table.Tool.NFT && t.name().equals("filter"))
        .findFirst();
  }

  /** The client's chain; for release 3 the chain with all clients' rules. */
  Optional<Chain> chain(IpAddress client) {
    return table(client.version())
        .flatMap(
            table ->
                table.chains().stream().filter(c -> isOf(c.name(), client.toString())).findFirst());
  }

  private boolean isOf(String chain, String client) {
    switch (generation) {
      case FORWARD_CHAIN:
        return chain.equals(IPTABLES_FORWARD);
      case IPTABLES_CHAINS:
        return PedosNames.isIptablesChainOf(chain, client);
      default:
        return PedosNames.isChainOf(chain, client);
    }
  }

  /** Whether the client's packets get to its chain. */
  boolean leadsTo(Chain chain, IpAddress client) {
    if (generation == Generation.FORWARD_CHAIN) {
      return true;
    }
    Table table = table(client.version()).orElseThrow();
    return table.chains().stream()
        .filter(this::isJumping)
        .flatMap(c -> c.rules().stream())
        .anyMatch(rule -> jumps(rule, chain.name()) && Shape.of(rule).isFrom(client));
  }

  private boolean isJumping(Chain chain) {
    return chain.name().equals(FORWARD)
        || PedosNames.isJumpChain(chain.name())
        || PedosNames.isIptablesJumpChain(chain.name());
  }

  private static boolean jumps(Rule rule, String chain) {
    return rule.statements().stream()
        .filter(Statement.Decide.class::isInstance)
        .map(s -> ((Statement.Decide) s).verdict())
        .anyMatch(v -> v instanceof Verdict.Jump && ((Verdict.Jump) v).chain().equals(chain));
  }

  /** The rules of a client among those of its chain. */
  List<Rule> rulesOf(IpAddress client, Chain chain) {
    return generation == Generation.FORWARD_CHAIN
        ? chain.rules().stream().filter(rule -> Shape.of(rule).isFrom(client)).toList()
        : chain.rules();
  }
}
