package org.rulewalk.simulator.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.rules.Table;

/**
 * How a machine's chains are asked: plainly at first, by the compiled form of their table once they
 * were asked so often that it pays. Answers do not depend on it. Any number of threads.
 */
final class Matching {
  private final Simulator.Matcher matcher;
  private final Map<String, Asked> tables = new ConcurrentHashMap<>();

  Matching(Simulator.Matcher matcher) {
    this.matcher = matcher;
  }

  /** A table, how often it was asked, and its compiled form when there is one. */
  private static final class Asked {
    private final Table table;
    private final AtomicInteger walks = new AtomicInteger();
    private volatile CompiledTable compiled;

    Asked(Table table) {
      this.table = table;
    }
  }
}
