package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.value.Bits;

/** Arithmetic of intervals of unsigned numbers up to 128 bits. */
final class Intervals {
  static final Bits HIGHEST = Bits.ones(128);
  private static final Bits ONE = Bits.of(1);

  private Intervals() {}

  /** The numbers that compare so with a value. */
  static List<Interval> of(Match.Operator operator, Bits value) {
    switch (operator) {
      case EQUAL:
        return List.of(Interval.of(value));
      case NOT_EQUAL:
        return complement(List.of(Interval.of(value)));
      case LESS:
        return below(value);
      case LESS_OR_EQUAL:
        return List.of(new Interval(Bits.ZERO, value));
      case GREATER:
        return above(value);
      default:
        return List.of(new Interval(value, HIGHEST));
    }
  }

  private static List<Interval> below(Bits value) {
    return value.isZero() ? List.of() : List.of(new Interval(Bits.ZERO, value.minus(ONE)));
  }

  private static List<Interval> above(Bits value) {
    return value.equals(HIGHEST) ? List.of() : List.of(new Interval(value.plus(ONE), HIGHEST));
  }

  /** All other numbers. */
  static List<Interval> complement(List<Interval> intervals) {
    List<Interval> sorted = new ArrayList<>(intervals);
    sorted.sort(Comparator.comparing(Interval::low));
    List<Interval> gaps = new ArrayList<>();
    Bits next = Bits.ZERO;
    for (Interval interval : sorted) {
      if (interval.low().compareTo(next) > 0) {
        gaps.add(new Interval(next, interval.low().minus(ONE)));
      }
      if (interval.high().equals(HIGHEST)) {
        return gaps;
      }
      Bits after = interval.high().plus(ONE);
      next = after.compareTo(next) > 0 ? after : next;
    }
    gaps.add(new Interval(next, HIGHEST));
    return gaps;
  }

  /** Whether two have a number in common. */
  static boolean overlap(List<Interval> intervals) {
    List<Interval> sorted = new ArrayList<>(intervals);
    sorted.sort(Comparator.comparing(Interval::low));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).low().compareTo(sorted.get(i - 1).high()) <= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The numbers of a width that, with all bits but those of a prefix cleared, lie in one of the
   * intervals: clearing low bits keeps the order.
   */
  static List<Interval> beforeMask(List<Interval> intervals, Bits mask, int width) {
    Bits rest = Bits.ones(width).without(mask);
    List<Interval> wider = new ArrayList<>();
    for (Interval interval : clipped(intervals, width)) {
      Bits low = interval.low();
      if (!low.and(rest).isZero()) {
        low = low.or(rest);
        if (low.equals(Bits.ones(width))) {
          continue;
        }
        low = low.plus(ONE);
      }
      Bits high = interval.high().or(rest);
      if (low.compareTo(high) <= 0) {
        wider.add(new Interval(low, high));
      }
    }
    return wider;
  }

  /** What of the intervals lies within a width. */
  static List<Interval> clipped(List<Interval> intervals, int width) {
    Bits highest = Bits.ones(width);
    return intervals.stream()
        .filter(interval -> interval.low().compareTo(highest) <= 0)
        .map(
            interval ->
                interval.high().compareTo(highest) <= 0
                    ? interval
                    : new Interval(interval.low(), highest))
        .toList();
  }
}
