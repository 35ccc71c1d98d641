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

  /** The same with another table in the place of the one of its name, or at the end. */
  public Ruleset with(Table changed) {
    List<Table> all = new java.util.ArrayList<>();
    boolean found = false;
    for (Table table : tables) {
      boolean same = table.isSame(changed);
      found |= same;
      all.add(same ? changed : table);
    }
    if (!found) {
      all.add(changed);
    }
    return new Ruleset(all);
  }

  /** The same without a table. */
  public Ruleset without(Table gone) {
    return new Ruleset(tables.stream().filter(table -> !table.isSame(gone)).toList());
  }
}
