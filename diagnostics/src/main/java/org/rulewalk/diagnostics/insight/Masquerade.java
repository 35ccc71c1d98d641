package org.rulewalk.diagnostics.insight;

import java.util.List;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;

/**
 * What lets a VM send with its own address what it passes on: containers, bridges.
 *
 * @param commands for a root shell of the VM
 */
public record Masquerade(List<String> commands) {
  private static final String RULE = "oifname eth0 masquerade";

  /** Keeps a copy. */
  public Masquerade {
    commands = List.copyOf(commands);
  }

  /** In the chain that the VM has for it: nft's if there is one, else iptables'. */
  public static Masquerade of(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        boolean fits =
            chain instanceof Chain.Base
                && ((Chain.Base) chain).type() == Chain.Type.NAT
                && ((Chain.Base) chain).hook() == Hook.POSTROUTING
                && table.family().word().startsWith("i")
                && !table.family().word().equals("ip6");
        if (fits && table.tool() == Table.Tool.NFT) {
          return new Masquerade(
              List.of("nft insert rule " + table.title() + " " + chain.name() + " " + RULE));
        }
        if (fits) {
          return new Masquerade(List.of("iptables -t nat -I POSTROUTING -o eth0 -j MASQUERADE"));
        }
      }
    }
    return new Masquerade(
        List.of(
            "nft add table ip masquerade",
            "nft 'add chain ip masquerade postrouting { type nat hook postrouting priority srcnat; }'",
            "nft add rule ip masquerade postrouting " + RULE));
  }

  Machine apply(Machine machine) {
    return Cures.plus(
        machine,
        Cures.table(
            "chain c {\n  type nat hook postrouting priority 99; policy accept;\n  "
                + RULE
                + "\n }"));
  }
}
