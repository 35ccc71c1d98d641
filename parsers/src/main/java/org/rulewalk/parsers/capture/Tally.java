package org.rulewalk.parsers.capture;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.Table;

/** Counts the entries of files, and how many are understood. */
final class Tally {
  /** Entries of one file. */
  record Count(int rules, int understood) {}

  private static final Count NOTHING = new Count(0, 0);

  private final Map<String, Count> counts = new LinkedHashMap<>();

  void add(String path, int rules, int understood) {
    Count before = of(path);
    counts.put(path, new Count(before.rules + rules, before.understood + understood));
  }

  /** Entries of which each that was read is understood. */
  <T> Collection<T> all(String path, Collection<T> entries) {
    add(path, entries.size(), entries.size());
    return entries;
  }

  /** The rules of a dump. */
  List<Table> rules(String path, RuleParsers.Rules read) {
    add(path, read.rules(), read.understood());
    return read.tables();
  }

  Count of(String path) {
    return counts.getOrDefault(path, NOTHING);
  }
}
