package org.rulewalk.diagnostics.why;

import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** How commands name tables and chains. */
final class InTable {
  private InTable() {}

  /** The program of iptables for a table's rules, with the table where it is not the usual one. */
  static String iptables(Table table, IpVersion version) {
    return (version == IpVersion.IPV4 ? "iptables" : "ip6tables")
        + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
        + (table.name().equals("filter") ? "" : " -t " + table.name());
  }

  /** A chain as nft names it: family, table, chain. */
  static String nft(Table table, Chain chain) {
    return table.family().word()
        + " "
        + ShellWord.of(table.name())
        + " "
        + ShellWord.of(chain.name());
  }
}
