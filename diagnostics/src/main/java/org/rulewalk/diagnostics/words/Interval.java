package org.rulewalk.diagnostics.words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.symbolic.Cube;
import org.rulewalk.simulator.value.Bits;

/** Numbers between two bounds, both included. */
record Interval(Bits low, Bits high) {
  private static final Bits ONE = Bits.of(1);

  /** The intervals that patterns cover, in order; empty if a pattern leaves out upper bits. */
  static Optional<List<Interval>> of(List<Cube.Pattern> patterns, int width) {
    List<Interval> all = new ArrayList<>();
    for (Cube.Pattern pattern : patterns) {
      Bits free = Bits.ones(width).without(pattern.mask());
      if (!free.and(free.plus(ONE)).isZero()) {
        return Optional.empty();
      }
      all.add(new Interval(pattern.value(), pattern.value().or(free)));
    }
    all.sort(Comparator.comparing(Interval::low));
    List<Interval> joined = new ArrayList<>();
    for (Interval next : all) {
      Interval last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.high().plus(ONE).equals(next.low())) {
        joined.set(joined.size() - 1, new Interval(last.low(), next.high()));
      } else {
        joined.add(next);
      }
    }
    return Optional.of(joined);
  }

  /** What intervals in order leave out. */
  static List<Interval> complement(List<Interval> intervals, int width) {
    List<Interval> rest = new ArrayList<>();
    Bits from = Bits.ZERO;
    boolean open = true;
    for (Interval interval : intervals) {
      if (!interval.low().equals(from)) {
        rest.add(new Interval(from, interval.low().minus(ONE)));
      }
      open = !interval.high().equals(Bits.ones(width));
      from = interval.high().plus(ONE);
    }
    if (open) {
      rest.add(new Interval(from, Bits.ones(width)));
    }
    return rest;
  }

  /** The length of the prefix that it is; −1 if it is none. */
  int prefixLength(int width) {
    Bits free = low.xor(high);
    boolean prefix = free.and(free.plus(ONE)).isZero() && low.and(free).isZero();
    return prefix ? width - free.bitCount() : -1;
  }
}
