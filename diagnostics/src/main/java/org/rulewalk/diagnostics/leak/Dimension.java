package org.rulewalk.diagnostics.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.Prefix;

/**
 * One property of packets, parted into intervals at every value that something compares with, so
 * that no test tells two values of one interval apart.
 */
final class Dimension {
  private final Bits highest;
  private final TreeSet<Bits> starts = new TreeSet<>();

  /** A property with this many bits. */
  Dimension(int width) {
    highest = Bits.ones(width);
    starts.add(Bits.ZERO);
  }

  /** Parts the values from low to high, both included, from all others. */
  void cut(Bits low, Bits high) {
    if (low.compareTo(highest) <= 0) {
      starts.add(low);
    }
    if (high.compareTo(highest) < 0) {
      starts.add(high.plus(Bits.of(1)));
    }
  }

  void cut(long low, long high) {
    cut(Bits.of(low), Bits.of(high));
  }

  void cut(Prefix prefix) {
    cut(prefix.first().value(), prefix.last().value());
  }

  /**
   * A value of each interval: the first of the preferred ones that is in it, else its lowest. Those
   * that are preferred come first.
   */
  List<Bits> values(List<Bits> preferred) {
    List<Bits> values = new ArrayList<>();
    for (Bits start : starts) {
      Bits next = starts.higher(start);
      values.add(
          preferred.stream()
              .filter(p -> p.compareTo(start) >= 0 && (next == null || p.compareTo(next) < 0))
              .findFirst()
              .orElse(start));
    }
    values.sort(Comparator.comparing(value -> !preferred.contains(value)));
    return values;
  }
}
