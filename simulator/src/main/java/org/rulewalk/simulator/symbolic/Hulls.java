package org.rulewalk.simulator.symbolic;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What all packets of a set have in common, bit by bit: a quick way to tell that one packet is not
 * in it, or that two sets have none in common. A few words of memory and of time for each set. Not
 * for several threads.
 */
final class Hulls {
  private static final int MOST_BITS = 640;
  private static final int MOST_NODES = 20_000;
  private static final int[] NOTHING = {};

  private final Bdd bdd;
  private final int[] levels;
  private final int words;
  private final long[] masks;
  private final long[] values;

  /** For sets in the order of their numbers. */
  Hulls(Bdd bdd, int[] sets) {
    this.bdd = bdd;
    int[][] literals = new int[sets.length][];
    TreeSet<Integer> asked = new TreeSet<>();
    for (int i = 0; i < sets.length; i++) {
      literals[i] = sets[i] == Bdd.FALSE ? NOTHING : common(sets[i]);
      for (int literal : literals[i]) {
        asked.add(literal >> 1);
      }
    }
    levels = asked.stream().mapToInt(Integer::intValue).limit(MOST_BITS).toArray();
    words = (levels.length + 63) / 64;
    masks = new long[words * sets.length];
    values = new long[words * sets.length];
    for (int i = 0; i < sets.length; i++) {
      for (int literal : literals[i]) {
        int at = Arrays.binarySearch(levels, literal >> 1);
        if (at >= 0) {
          masks[i * words + at / 64] |= 1L << at;
          values[i * words + at / 64] |= (long) (literal & 1) << at;
        }
      }
    }
  }

  /** Levels with the value that they have in all of a set: twice the level, and 1 if true. */
  private int[] common(int set) {
    return new Common().of(set);
  }

  private final class Common {
    private final Map<Integer, int[]> known = new HashMap<>();

    int[] of(int node) {
      if (node <= Bdd.TRUE || known.size() > MOST_NODES) {
        return NOTHING;
      }
      int[] found = known.get(node);
      if (found == null) {
        int low = bdd.low(node);
        int high = bdd.high(node);
        int literal = bdd.level(node) << 1;
        if (low == Bdd.FALSE) {
          found = with(literal | 1, of(high));
        } else if (high == Bdd.FALSE) {
          found = with(literal, of(low));
        } else {
          found = both(of(low), of(high));
        }
        known.put(node, found);
      }
      return found;
    }

    private int[] with(int first, int[] rest) {
      int[] all = new int[rest.length + 1];
      all[0] = first;
      System.arraycopy(rest, 0, all, 1, rest.length);
      return all;
    }

    private int[] both(int[] a, int[] b) {
      int[] all = new int[Math.min(a.length, b.length)];
      int count = 0;
      int j = 0;
      for (int literal : a) {
        while (j < b.length && b[j] < literal) {
          j++;
        }
        if (j < b.length && b[j] == literal) {
          all[count++] = literal;
        }
      }
      return Arrays.copyOf(all, count);
    }
  }

  /** The bits of a packet that matter here. */
  long[] bits(Bdd.Levels packet) {
    long[] bits = new long[words];
    for (int i = 0; i < levels.length; i++) {
      if (packet.contains(levels[i])) {
        bits[i / 64] |= 1L << i;
      }
    }
    return bits;
  }

  /** Whether a set may hold a packet. */
  boolean mayHold(int set, long[] bits) {
    int at = set * words;
    for (int i = 0; i < bits.length; i++) {
      if (((bits[i] ^ values[at + i]) & masks[at + i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether two sets may have a packet in common. */
  boolean mayMeet(int one, int other) {
    int a = one * words;
    int b = other * words;
    for (int i = 0; i < words; i++) {
      if (((values[a + i] ^ values[b + i]) & masks[a + i] & masks[b + i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
