package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;

/**
 * All tables of a machine, of every tool, in the order of their listing.
 *
 * @param tables the tables
 */
public record Ruleset(List<Table> tables) {
  /** No tables at all. */
  public static final Ruleset EMPTY = new Ruleset(List.of());

  /** Keeps a copy. */
  public Ruleset {
    tables = List.copyOf(tables);
  }

  /** The table of this family, name and tool. */
  public Optional<Table> table(Family family, String name, Table.Tool tool) {
    return tables.stream()
        .filter(
            table -> table.family() == family && table.name().equals(name) && table.tool() == tool)
        .findFirst();
  }
}
