package org.rulewalk.simulator.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * A table: chains, sets and objects under one name.
 *
 * @param tool who keeps it
 * @param chains in the order of the listing
 * @param dormant whether its chains are switched off
 */
public record Table(
    Family family,
    String name,
    Tool tool,
    List<Chain> chains,
    Map<String, NamedSet> sets,
    List<StatefulObject> objects,
    boolean dormant,
    String comment,
    Source source) {
  /** Keeps copies. */
  public Table {
    chains = List.copyOf(chains);
    sets = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sets));
    objects = List.copyOf(objects);
  }

  /** Which program writes the table, and which part of the kernel asks it. */
  public enum Tool {
    /** nft. */
    NFT,
    /** iptables or ip6tables on top of nf_tables. */
    IPTABLES_NFT,
    /** iptables-legacy or ip6tables-legacy: a set of tables of its own. */
    IPTABLES_LEGACY
  }

  /** The counter, quota or the like with this name. */
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String wanted) {
    return objects.stream()
        .filter(object -> object.kind() == kind && object.name().equals(wanted))
        .findFirst();
  }

  /** The chain with this name. */
  public Optional<Chain> chain(String wanted) {
    for (Chain chain : chains) {
      if (chain.name().equals(wanted)) {
        return Optional.of(chain);
      }
    }
    return Optional.empty();
  }

  /** The same with other chains. */
  public Table with(List<Chain> other) {
    return new Table(family, name, tool, other, sets, objects, dormant, comment, source);
  }

  /** The same with another set in the place of the one of its name. */
  public Table with(NamedSet set) {
    Map<String, NamedSet> all = new LinkedHashMap<>(sets);
    all.put(set.name(), set);
    return withSets(all);
  }

  /** Whether it is the same table at another time: family, name and tool. */
  public boolean isSame(Table other) {
    return other.family == family && other.name.equals(name) && other.tool == tool;
  }

  /** The same with other sets. */
  public Table withSets(Map<String, NamedSet> other) {
    return new Table(family, name, tool, chains, other, objects, dormant, comment, source);
  }

  /** The same with other objects. */
  public Table withObjects(List<StatefulObject> other) {
    return new Table(family, name, tool, chains, sets, other, dormant, comment, source);
  }

  /** Family and name as {@code nft} and the traces write them: {@code ip filter}. */
  public String title() {
    return (tool == Tool.IPTABLES_LEGACY ? "legacy " : "") + family.word() + " " + name;
  }
}
