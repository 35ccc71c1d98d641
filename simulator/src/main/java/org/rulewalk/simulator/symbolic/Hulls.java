package org.rulewalk.simulator.symbolic;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * What all packets of a set have in common, bit by bit: a quick way to tell that one packet is not
 * in it, or which of many sets may have a packet in common with one. A few words of memory and of
 * time for each set. Immutable once it is made.
 */
final class Hulls {
  private static final int MOST_BITS = 640;
  private static final int MOST_NODES = 20_000;

  private final int[] levels;
  private final int words;
  private final int sets;
  private final long[] masks;
  private final long[] values;

  /** By twice the place of a level and its value: a bit for each set that has the other value. */
  private final long[][] excluded;

  /** For sets in the order of their numbers. */
  Hulls(Bdd bdd, int[] sets) {
    this.sets = sets.length;
    int[][] literals = new int[sets.length][];
    TreeSet<Integer> asked = new TreeSet<>();
    Common common = new Common(bdd);
    for (int i = 0; i < sets.length; i++) {
      literals[i] = common.of(sets[i]);
      for (int literal : literals[i]) {
        asked.add(literal >> 1);
      }
    }
    levels = asked.stream().mapToInt(Integer::intValue).limit(MOST_BITS).toArray();
    words = (levels.length + 63) / 64;
    masks = new long[words * sets.length];
    values = new long[words * sets.length];
    excluded = new long[2 * levels.length][];
    for (int i = 0; i < sets.length; i++) {
      for (int literal : literals[i]) {
        int at = Arrays.binarySearch(levels, literal >> 1);
        if (at >= 0) {
          put(i, at, literal & 1);
        }
      }
    }
  }

  private void put(int set, int at, int value) {
    masks[set * words + at / 64] |= 1L << at;
    values[set * words + at / 64] |= (long) value << at;
    int other = 2 * at + 1 - value;
    if (excluded[other] == null) {
      excluded[other] = new long[(sets + 63) / 64];
    }
    excluded[other][set / 64] |= 1L << set;
  }

  /**
   * The variables that have one value in all of a set: those through whose nodes all ways lead, and
   * in the same direction.
   */
  private static final class Common {
    private static final int[] NOTHING = {};

    private final Bdd bdd;
    private final int[] seen;
    private int[] open = new int[64];
    private long[] nodes = new long[64];
    private int count;
    private int turn;

    Common(Bdd bdd) {
      this.bdd = bdd;
      this.seen = new int[bdd.size()];
    }

    /** Levels with their values: twice the level, and 1 if true. */
    int[] of(int set) {
      turn++;
      return set > Bdd.TRUE && gather(set) ? forced() : NOTHING;
    }

    /** All nodes of a set; false if they are too many. */
    private boolean gather(int set) {
      count = 0;
      open[0] = set;
      int depth = 1;
      seen[set] = turn;
      while (depth > 0) {
        int node = open[--depth];
        if (count == MOST_NODES) {
          return false;
        }
        if (count == nodes.length) {
          nodes = Arrays.copyOf(nodes, 2 * count);
        }
        nodes[count++] = (long) bdd.level(node) << 32 | node;
        if (depth + 2 > open.length) {
          open = Arrays.copyOf(open, 2 * depth + 2);
        }
        depth = push(depth, bdd.low(node));
        depth = push(depth, bdd.high(node));
      }
      Arrays.sort(nodes, 0, count);
      return true;
    }

    private int push(int depth, int node) {
      if (node <= Bdd.TRUE || seen[node] == turn) {
        return depth;
      }
      seen[node] = turn;
      open[depth] = node;
      return depth + 1;
    }

    private int[] forced() {
      int[] literals = new int[count];
      int found = 0;
      int farthest = 0;
      for (int i = 0; i < count; ) {
        int level = (int) (nodes[i] >> 32);
        boolean all = farthest <= level;
        int ways = 0;
        for (; i < count && (int) (nodes[i] >> 32) == level; i++) {
          int low = bdd.low((int) nodes[i]);
          int high = bdd.high((int) nodes[i]);
          ways |= (low == Bdd.FALSE ? 0 : 1) | (high == Bdd.FALSE ? 0 : 2);
          farthest = Math.max(farthest, low == Bdd.FALSE ? 0 : bdd.level(low));
          farthest = Math.max(farthest, high == Bdd.FALSE ? 0 : bdd.level(high));
        }
        if (all && ways != 3) {
          literals[found++] = level << 1 | ways >> 1;
        }
      }
      return Arrays.copyOf(literals, found);
    }
  }

  /** How many of some bits are the same in all packets of two sets. */
  int fixed(int one, int other, long[] which) {
    int fixed = 0;
    for (int i = 0; i < words; i++) {
      fixed += Long.bitCount((masks[one * words + i] | masks[other * words + i]) & which[i]);
    }
    return fixed;
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

  /**
   * Those of the sets from a first to before an end that may have a packet in common with each of
   * some sets: a bit each.
   */
  long[] meeting(int[] some, int first, int end) {
    int from = first / 64;
    int to = (end + 63) / 64;
    long[] meeting = new long[(sets + 63) / 64];
    Arrays.fill(meeting, from, to, -1);
    if (from < to) {
      meeting[from] &= -1L << first;
      meeting[to - 1] &= -1L >>> -end;
    }
    for (int word = 0; word < words; word++) {
      long done = 0;
      for (int set : some) {
        long value = values[set * words + word];
        for (long open = masks[set * words + word] & ~done; open != 0; open &= open - 1) {
          int bit = Long.numberOfTrailingZeros(open);
          exclude(meeting, excluded[2 * (word * 64 + bit) + (int) (value >>> bit & 1)], from, to);
        }
        done |= masks[set * words + word];
      }
    }
    return meeting;
  }

  private static void exclude(long[] meeting, long[] which, int from, int to) {
    if (which != null) {
      for (int i = from; i < to; i++) {
        meeting[i] &= ~which[i];
      }
    }
  }
}
