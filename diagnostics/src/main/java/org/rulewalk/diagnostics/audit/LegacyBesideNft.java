package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Rules of iptables-legacy on a machine that also has rules of nf_tables: both decide, and no
 * listing of the one shows the other.
 */
final class LegacyBesideNft implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      boolean others =
          machine.ruleset().tables().stream()
              .anyMatch(t -> t.tool() != Table.Tool.IPTABLES_LEGACY && decides(t));
      machine.ruleset().tables().stream()
          .filter(t -> others && t.tool() == Table.Tool.IPTABLES_LEGACY && decides(t))
          .forEach(table -> found.add(finding(machine, table)));
    }
    return found;
  }

  private static boolean decides(Table table) {
    return table.chains().stream().anyMatch(chain -> !chain.rules().isEmpty() || drops(chain));
  }

  private static Finding finding(Machine machine, Table table) {
    boolean six = table.family().word().equals("ip6");
    String tool = six ? "ip6tables" : "iptables";
    return new Finding(
            "legacy-beside-nft",
            Finding.Severity.WARNING,
            machine.name(),
            table.source(),
            "Table "
                + table.name()
                + " of "
                + tool
                + "-legacy decides beside the rules of nftables. \"nft list ruleset\" and \""
                + tool
                + "-save\" do not show it, and what one of the two accepts the other may still drop.")
        .mendedBy(
            new Finding.Repair(
                machine.name(),
                moving(tool, table),
                "",
                List.of(),
                "Move its rules to nftables' side, and find what loads them at the start."));
  }

  private static List<String> moving(String tool, Table table) {
    String legacy = tool + "-legacy -t " + table.name();
    List<String> commands = new ArrayList<>();
    commands.add(tool + "-legacy-save -t " + table.name() + " | " + tool + "-restore -n");
    commands.add(legacy + " -F");
    table.chains().stream()
        .filter(LegacyBesideNft::drops)
        .forEach(chain -> commands.add(legacy + " -P " + chain.name() + " ACCEPT"));
    return commands;
  }

  private static boolean drops(Chain chain) {
    return chain instanceof Chain.Base && ((Chain.Base) chain).policy() == Verdict.Simple.DROP;
  }
}
