package org.rulewalk.parsers.iptables;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;

/**
 * The chains that each table of iptables has by itself, with hook and priority (iptables/nft.c,
 * ip_tables.c).
 */
public final class Builtin {
  private static final Map<String, Set<String>> CHAINS =
      Map.of(
          "filter", Set.of("INPUT", "FORWARD", "OUTPUT"),
          "nat", Set.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
          "mangle", Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
          "raw", Set.of("PREROUTING", "OUTPUT"),
          "security", Set.of("INPUT", "FORWARD", "OUTPUT"));

  private static final java.util.List<String> ORDER =
      java.util.List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  private Builtin() {}

  /** The chains of a table in the order in which the tool lists them. */
  public static java.util.List<String> chains(String table) {
    return ORDER.stream().filter(CHAINS.getOrDefault(table, Set.of())::contains).toList();
  }

  /** Whether iptables has a table of this name. */
  public static boolean isTable(String name) {
    return CHAINS.containsKey(name);
  }

  /** Hook, priority and type of a builtin chain; empty for chains that people made. */
  public static Optional<Place> place(String table, String chain) {
    if (!CHAINS.getOrDefault(table, Set.of()).contains(chain)) {
      return Optional.empty();
    }
    Hook hook = Hook.valueOf(chain);
    switch (table) {
      case "nat":
        boolean source = hook == Hook.POSTROUTING || hook == Hook.INPUT;
        Chain.Priority priority =
            source ? new Chain.Priority(100, "srcnat") : new Chain.Priority(-100, "dstnat");
        return Optional.of(new Place(hook, priority, Chain.Type.NAT));
      case "mangle":
        Chain.Type type = hook == Hook.OUTPUT ? Chain.Type.ROUTE : Chain.Type.FILTER;
        return Optional.of(new Place(hook, new Chain.Priority(-150, "mangle"), type));
      case "raw":
        return Optional.of(new Place(hook, new Chain.Priority(-300, "raw"), Chain.Type.FILTER));
      case "security":
        return Optional.of(new Place(hook, new Chain.Priority(50, "security"), Chain.Type.FILTER));
      default:
        return Optional.of(new Place(hook, new Chain.Priority(0, "filter"), Chain.Type.FILTER));
    }
  }

  /** Where a chain is asked. */
  public record Place(Hook hook, Chain.Priority priority, Chain.Type type) {}
}
