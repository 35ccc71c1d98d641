package org.rulewalk.diagnostics.topology;

import java.util.Optional;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/** Whether a VM runs PedOS-firewall, so that the rules that dom0 keeps for each VM are in force. */
final class Firewalls {
  private Firewalls() {}

  /**
   * Whether it does.
   *
   * @param listed what the list of its services says, if there is one
   */
  static Optional<Boolean> runs(Machine machine, Optional<Boolean> listed) {
    if (Generation.agentTable(machine).isPresent() || hasClientRules(machine)) {
      return Optional.of(true);
    }
    boolean seen =
        !machine.missing().contains(CaptureFile.NFTABLES)
            || !machine.missing().contains(CaptureFile.IPTABLES);
    // a service that was switched on but has no table was stopped, or never started
    return seen ? Optional.of(false) : listed;
  }

  /** iptables' form: chains of clients, or release 3's rules by source address in FORWARD. */
  private static boolean hasClientRules(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      if (!table.name().equals("filter")) {
        continue;
      }
      boolean chains = table.chains().stream().anyMatch(BaseRules::isOfClient);
      boolean inForward =
          Generation.of(machine).filter(g -> g == Generation.FORWARD_CHAIN).isPresent()
              && table.chain("FORWARD").map(Firewalls::isByClient).orElse(false);
      if (chains || inForward) {
        return true;
      }
    }
    return false;
  }

  private static boolean isByClient(Chain forward) {
    return forward.rules().stream().anyMatch(Firewalls::isClientDefault);
  }

  /** {@code -s CLIENT -j ACCEPT|REJECT}, the last rule that release 3 writes for each client. */
  private static boolean isClientDefault(Rule rule) {
    Shape shape = Shape.of(rule);
    boolean ends =
        rule.statements().stream()
            .anyMatch(s -> s instanceof Statement.Decide || s instanceof Statement.Reject);
    return ends && shape.parts().size() == 2 && shape.parts().get(0).equals("IP_SADDR");
  }
}
