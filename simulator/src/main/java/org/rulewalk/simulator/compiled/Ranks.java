package org.rulewalk.simulator.compiled;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.rulewalk.simulator.value.Bits;

/**
 * Numbers of any width in the place of the few that rules tell apart: each number's place among the
 * bounds that the rules name.
 */
final class Ranks {
  /** For columns whose numbers are small enough as they are. */
  static final Ranks NONE = new Ranks(List.of());

  private final long[] high;
  private final long[] low;

  /** Ranks between bounds, each of which is the lowest number of its rank. */
  Ranks(Collection<Bits> bounds) {
    Bits[] sorted = bounds.stream().distinct().sorted().toArray(Bits[]::new);
    high = Arrays.stream(sorted).mapToLong(Bits::high).toArray();
    low = Arrays.stream(sorted).mapToLong(Bits::low).toArray();
  }

  /** How many bounds are not above the number. */
  int of(long numberHigh, long numberLow) {
    int from = 0;
    int to = high.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (isAbove(middle, numberHigh, numberLow)) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  int of(Bits number) {
    return of(number.high(), number.low());
  }

  private boolean isAbove(int bound, long numberHigh, long numberLow) {
    int byHigh = Long.compareUnsigned(high[bound], numberHigh);
    return byHigh != 0 ? byHigh > 0 : Long.compareUnsigned(low[bound], numberLow) > 0;
  }

  /** The rank of nothing at all. */
  int absent() {
    return high.length + 1;
  }
}
