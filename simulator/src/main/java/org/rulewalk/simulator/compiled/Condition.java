package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;

/**
 * What must hold of a packet's columns: all ranges of at least one alternative. A packet without
 * the column's number is in no range of it.
 *
 * @param asked columns whose numbers may turn out to be unknown, those without a range too
 */
record Condition(List<List<Condition.Range>> alternatives, Set<Column> asked) {
  /** Of every packet. */
  static final Condition ALWAYS = new Condition(List.of(List.of()), Set.of());

  /** Of no packet. */
  static final Condition NEVER = new Condition(List.of(), Set.of());

  private static final int MOST = 64;

  /** Bounds within which the number in a column lies, both included. */
  record Range(Column column, Bits low, Bits high) {}

  /** Of packets with a number within these bounds. */
  static Condition of(Column column, Bits low, Bits high) {
    return new Condition(List.of(List.of(new Range(column, low, high))), asked(column));
  }

  /** Of packets with a number within one of the intervals. */
  static Condition of(Column column, List<Interval> intervals) {
    return new Condition(
        intervals.stream()
            .map(interval -> List.of(new Range(column, interval.low(), interval.high())))
            .toList(),
        asked(column));
  }

  private static Set<Column> asked(Column column) {
    return column instanceof PacketColumn ? Set.of() : Set.of(column);
  }

  /** The same for small numbers. */
  static Condition of(Column column, long low, long high) {
    return of(column, Bits.of(low), Bits.of(high));
  }

  /** Both; empty where that has too many alternatives to be kept. */
  Optional<Condition> and(Condition other) {
    if (this == ALWAYS || other == ALWAYS) {
      return Optional.of(this == ALWAYS ? other : this);
    }
    if ((long) alternatives.size() * other.alternatives.size()
        > Math.max(MOST, Math.max(alternatives.size(), other.alternatives.size()))) {
      return Optional.empty();
    }
    List<List<Range>> both = new ArrayList<>();
    for (List<Range> one : alternatives) {
      for (List<Range> two : other.alternatives) {
        intersection(one, two).ifPresent(both::add);
      }
    }
    return Optional.of(new Condition(both, union(other)));
  }

  private static Optional<List<Range>> intersection(List<Range> one, List<Range> two) {
    List<Range> all = new ArrayList<>(one);
    for (Range range : two) {
      int at = 0;
      while (at < all.size() && !all.get(at).column().equals(range.column())) {
        at++;
      }
      if (at == all.size()) {
        all.add(range);
        continue;
      }
      Range old = all.get(at);
      Bits low = old.low().compareTo(range.low()) >= 0 ? old.low() : range.low();
      Bits high = old.high().compareTo(range.high()) <= 0 ? old.high() : range.high();
      if (low.compareTo(high) > 0) {
        return Optional.empty();
      }
      all.set(at, new Range(range.column(), low, high));
    }
    return Optional.of(all);
  }

  /** One of both. */
  Condition or(Condition other) {
    List<List<Range>> all = new ArrayList<>(alternatives);
    all.addAll(other.alternatives);
    return new Condition(all, union(other));
  }

  /** The same, where the other's columns were asked as well. */
  Condition asking(Condition other) {
    return new Condition(alternatives, union(other));
  }

  private Set<Column> union(Condition other) {
    if (asked.containsAll(other.asked)) {
      return asked;
    }
    Set<Column> all = new LinkedHashSet<>(asked);
    all.addAll(other.asked);
    return all;
  }
}
