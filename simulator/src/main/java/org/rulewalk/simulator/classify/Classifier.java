package org.rulewalk.simulator.classify;

/**
 * Finds the first of many boxes that holds a key.
 *
 * <p>A forest of decision trees. A node looks at some neighbouring bits of one column and has a
 * child for each of their values; a leaf lists the boxes that a key which came there can lie in.
 * Boxes that would stand in too many children of one tree are in another tree.
 *
 * <p>Immutable, any number of threads; no lookup allocates. A lookup costs one load for each level
 * (3 to 5) and two subtractions for each word and box of the leaf.
 */
public final class Classifier {
  static final int SHIFT = 32;
  static final int WORD = 38;
  static final int MASK = 44;
  static final int COUNT = 32;

  private final long[] bounds;
  private final long[] guards;
  private final long[] nodes;
  private final int[] lists;
  private final long[] roots;
  private final int[] least;

  Classifier(long[] bounds, long[] guards, long[] nodes, int[] lists, long[] roots, int[] least) {
    this.bounds = bounds;
    this.guards = guards;
    this.nodes = nodes;
    this.lists = lists;
    this.roots = roots;
    this.least = least;
  }

  /** A child that is a node: where its children start, and which bits of a word choose one. */
  static long node(int base, int word, int shift, int mask) {
    return (long) mask << MASK | (long) word << WORD | (long) shift << SHIFT | base;
  }

  /** A child that is a leaf: where its list starts, and how long it is. */
  static long leaf(int start, int count) {
    return Long.MIN_VALUE | (long) count << COUNT | start;
  }

  /** A classifier of these boxes, which must not change any more. */
  public static Classifier of(Boxes boxes) {
    return new ForestBuilder(boxes).build();
  }

  /**
   * The first box, at or behind a place, that holds a key. None in front of the place may hold it
   * that ends the search.
   *
   * @param keys an array with the key's words from {@code at} on
   * @return -1 if none does
   */
  public int first(long[] keys, int at, int from) {
    int found =
        guards.length == 2 ? first2(keys[at], keys[at + 1], from) : firstOfAny(keys, at, from);
    return found == Integer.MAX_VALUE ? -1 : found;
  }

  private int first2(long key0, long key1, int from) {
    long[] nodes = this.nodes;
    int best = Integer.MAX_VALUE;
    for (int tree = 0; tree < roots.length && least[tree] < best; tree++) {
      long ref = roots[tree];
      while (ref >= 0) {
        long key = (ref & 1L << WORD) == 0 ? key0 : key1;
        int slot = (int) (key >>> (int) (ref >>> SHIFT)) & (int) (ref >>> MASK);
        ref = nodes[(int) ref + slot];
      }
      best = leaf2(ref, key0, key1, from, best);
    }
    return best;
  }

  private int leaf2(long ref, long key0, long key1, int from, int best) {
    long[] bounds = this.bounds;
    int[] lists = this.lists;
    long guard0 = guards[0];
    long guard1 = guards[1];
    int end = (int) ref + ((int) (ref >>> COUNT) & Integer.MAX_VALUE);
    for (int at = (int) ref; at < end; at++) {
      int box = lists[at];
      if (box >= best) {
        break;
      }
      int place = box << 2;
      long above0 = (key0 - bounds[place]) & (bounds[place + 1] - key0);
      long above1 = (key1 - bounds[place + 2]) & (bounds[place + 3] - key1);
      if ((~above0 & guard0 | ~above1 & guard1) == 0 && box >= from) {
        return box;
      }
    }
    return best;
  }

  private int firstOfAny(long[] keys, int start, int from) {
    int best = Integer.MAX_VALUE;
    for (int tree = 0; tree < roots.length && least[tree] < best; tree++) {
      long ref = roots[tree];
      while (ref >= 0) {
        long key = keys[start + ((int) (ref >>> WORD) & 63)];
        int slot = (int) (key >>> (int) (ref >>> SHIFT)) & (int) (ref >>> MASK);
        ref = nodes[(int) ref + slot];
      }
      best = leaf(ref, keys, start, from, best);
    }
    return best;
  }

  /** The first box of a leaf that holds a key, or the best so far if that comes before it. */
  int leaf(long ref, long[] keys, int start, int from, int best) {
    int at = (int) ref;
    int end = at + ((int) (ref >>> COUNT) & Integer.MAX_VALUE);
    for (; at < end && lists[at] < best; at++) {
      if (lists[at] >= from && holds(lists[at], keys, start)) {
        return lists[at];
      }
    }
    return best;
  }

  /**
   * The same by looking at one box after the other: for those who ask for boxes behind one that
   * ends the search.
   */
  public int firstOneByOne(long[] keys, int at, int from) {
    int boxes = bounds.length / (2 * guards.length);
    for (int box = from; box < boxes; box++) {
      if (holds(box, keys, at)) {
        return box;
      }
    }
    return -1;
  }

  /** Whether a box holds a key. */
  public boolean holds(int box, long[] keys, int start) {
    int at = box * guards.length * 2;
    for (int word = 0; word < guards.length; word++, at += 2) {
      long key = keys[start + word];
      if (((key - bounds[at]) & (bounds[at + 1] - key) & guards[word]) != guards[word]) {
        return false;
      }
    }
    return true;
  }

  /** Bytes that it takes, the boxes included. */
  public long bytes() {
    return 8L * bounds.length + 8L * nodes.length + 4L * lists.length;
  }

  /** How many trees there are. */
  public int trees() {
    return roots.length;
  }

  long root(int tree) {
    return roots[tree];
  }

  /** The first box of a tree. */
  int least(int tree) {
    return least[tree];
  }

  long[] guards() {
    return guards;
  }

  long[] nodes() {
    return nodes;
  }

  int[] lists() {
    return lists;
  }

  long[] bounds() {
    return bounds;
  }
}
