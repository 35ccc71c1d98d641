package org.rulewalk.simulator.kernel;

import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.rules.Table;

/** How a simulator finds the rules that match. Its answers do not depend on it. */
public enum Matching {
  /** One rule after the other. */
  PLAIN,
  /** By the compiled form of long chains that are asked often, else one rule after the other. */
  AS_IT_PAYS,
  /** By the compiled form of every chain. */
  COMPILED;

  private static final int LONG = 32;
  private static final int OFTEN = 100;

  /** The form in which a table is asked; of no use where rules are asked one after the other. */
  CompiledTable of(Table table) {
    return this == COMPILED ? CompiledTable.of(table, 1) : CompiledTable.lazily(table, LONG, OFTEN);
  }
}
