package org.rulewalk.parsers.iptables;

import java.util.List;
import org.rulewalk.simulator.rules.Table;

/**
 * What a dump of iptables holds.
 *
 * @param tables in the order of the dump
 * @param rules how many rules were read
 * @param understood how many of them were understood in every part
 * @param legacyHint whether the dump says that iptables-legacy has tables of its own
 */
public record IptablesDump(List<Table> tables, int rules, int understood, boolean legacyHint) {
  /** Keeps a copy. */
  public IptablesDump {
    tables = List.copyOf(tables);
  }
}
