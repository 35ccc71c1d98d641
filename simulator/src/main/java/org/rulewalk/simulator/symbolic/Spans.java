package org.rulewalk.simulator.symbolic;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which values of one 16-bit field the packets of sets have, as spans: where sets of ports are no
 * prefixes, bits that all have in common say little. Immutable once it is made.
 */
final class Spans {
  private static final int WIDTH = 16;
  private static final int VALUES = 1 << WIDTH;
  private static final int MOST_SPANS = 64;
  private static final int MOST_STEPS = 10_000;

  /** First and last, and so on, in order. */
  private static final int[] ALL = {0, VALUES - 1};

  private final int[][] spans;

  /**
   * Of sets in the order of their numbers.
   *
   * @param first the variable of the field's most significant bit; the others follow
   */
  Spans(Bdd bdd, int[] sets, int first) {
    this.spans = new int[sets.length][];
    Map<Integer, int[]> known = new HashMap<>();
    for (int i = 0; i < sets.length; i++) {
      spans[i] = known.computeIfAbsent(sets[i], set -> new Projection(bdd, first).of(set));
    }
  }

  /** Whether two sets may have a packet in common, as far as the field goes. */
  boolean mayMeet(int one, int other) {
    return spans[one] == ALL || spans[other] == ALL || common(spans[one], spans[other]) > 0;
  }

  /** How much of all values packets of both may have. */
  double share(int one, int other) {
    return common(spans[one], spans[other]) / (double) VALUES;
  }

  private static int common(int[] a, int[] b) {
    int common = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      common += Math.max(0, Math.min(a[i + 1], b[j + 1]) - Math.max(a[i], b[j]) + 1);
      if (a[i + 1] < b[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return common;
  }

  /** The values that one set has there. */
  private static final class Projection {
    private final Bdd bdd;
    private final int first;
    private final Set<Integer> seen = new HashSet<>();
    private final BitSet values = new BitSet();
    private int steps;

    Projection(Bdd bdd, int first) {
      this.bdd = bdd;
      this.first = first;
    }

    int[] of(int set) {
      if (set == Bdd.FALSE || !enter(set)) {
        return ALL;
      }
      int[] found = new int[2 * MOST_SPANS];
      int count = 0;
      for (int from = values.nextSetBit(0); from >= 0; ) {
        int end = values.nextClearBit(from);
        if (count == found.length) {
          return ALL;
        }
        found[count++] = from;
        found[count++] = end - 1;
        from = values.nextSetBit(end);
      }
      return found[1] - found[0] == VALUES - 1 ? ALL : Arrays.copyOf(found, count);
    }

    /** Down to the field; false if all values are there, or it is too much work to tell. */
    private boolean enter(int node) {
      if (node == Bdd.FALSE || !seen.add(node)) {
        return true;
      }
      int level = bdd.level(node);
      if (level < first) {
        return enter(bdd.low(node)) && enter(bdd.high(node));
      }
      return level < first + WIDTH && mark(node, 0, 0);
    }

    private boolean mark(int node, int depth, int value) {
      steps++;
      int level = bdd.level(node);
      if (node == Bdd.FALSE || steps > MOST_STEPS) {
        return steps <= MOST_STEPS;
      }
      if (level >= first + WIDTH) {
        values.set(value << WIDTH - depth, value + 1 << WIDTH - depth);
        return true;
      }
      boolean asked = level == first + depth;
      return mark(asked ? bdd.low(node) : node, depth + 1, value << 1)
          && mark(asked ? bdd.high(node) : node, depth + 1, value << 1 | 1);
    }
  }
}
