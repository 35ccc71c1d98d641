package org.rulewalk.simulator.symbolic;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.Table;

/**
 * Where rules are asked.
 *
 * @param machine whose rules they are
 * @param table whose sets and objects they use
 * @param ipsets those of the machine, by name
 * @param contents what named sets hold
 * @param doubts of this run
 */
public record Setting(
    String machine,
    Table table,
    Hook hook,
    Map<String, IpSet> ipsets,
    Contents contents,
    Doubts doubts) {
  /** Keeps a copy. */
  public Setting {
    ipsets = Map.copyOf(ipsets);
  }

  /** What named sets and ipsets hold. */
  public enum Contents {
    /** What the capture says. */
    AS_CAPTURED,
    /** Anything: a program or an administrator may change them while the rules stay. */
    ANY
  }

  /** nf_tables takes an IPv6 authentication header for an upper-layer header. */
  boolean endsAtAuthentication() {
    return table.tool() != Table.Tool.IPTABLES_LEGACY;
  }

  Fact.Place place() {
    return new Fact.Place(machine, hook);
  }

  Optional<IpSet> ipset(String name) {
    return Optional.ofNullable(ipsets.get(name));
  }

  /** The same for another table. */
  public Setting with(Table other) {
    return new Setting(machine, other, hook, ipsets, contents, doubts);
  }
}
