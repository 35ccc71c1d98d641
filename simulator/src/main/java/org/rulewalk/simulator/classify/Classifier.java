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
  static final int MASK_BITS = 19;
  static final int COUNT = 32;
  static final long LEAF = Long.MIN_VALUE;

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

  /** A classifier of these boxes, which must not change any more. */
  public static Classifier of(Boxes boxes) {
    return new ForestBuilder(boxes).build();
  }

  /**
   * The first box, at or behind a place, that holds a key.
   *
   * @param keys an array with the key's words from {@code at} on
   * @return -1 if none does
   */
  public int first(long[] keys, int at, int from) {
    int found =
        guards.length == 2 ? first2(keys[at], keys[at + 1], from) : firstOfAny(keys, at, from);
    return found == Integer.MAX_VALUE ? -1 : found;
  }

  /** The first boxes that hold keys which stand one behind the other; -1 where none does. */
  public void first(long[] keys, int count, int[] found) {
    if (guards.length == 2) {
      for (int i = 0; i < count; i++) {
        int box = first2(keys[2 * i], keys[2 * i + 1], 0);
        found[i] = box == Integer.MAX_VALUE ? -1 : box;
      }
    } else {
      for (int i = 0; i < count; i++) {
        found[i] = first(keys, i * guards.length, 0);
      }
    }
  }

  private int first2(long key0, long key1, int from) {
    int best = Integer.MAX_VALUE;
    for (int tree = 0; tree < roots.length && least[tree] < best; tree++) {
      long ref = roots[tree];
      while (ref >= 0) {
        long key = (ref & 1L << WORD) == 0 ? key0 : key1;
        int slot = (int) (key >>> (int) (ref >>> SHIFT)) & (int) (ref >>> MASK);
        ref = nodes[(int) ref + slot];
      }
      int at = (int) ref;
      int end = at + ((int) (ref >>> COUNT) & Integer.MAX_VALUE);
      for (; at < end; at++) {
        int box = lists[at];
        if (box >= best) {
          break;
        }
        if (box >= from && holds2(box, key0, key1)) {
          best = box;
          break;
        }
      }
    }
    return best;
  }

  private boolean holds2(int box, long key0, long key1) {
    int at = box << 2;
    long both0 = (key0 - bounds[at]) & (bounds[at + 1] - key0) & guards[0];
    long both1 = (key1 - bounds[at + 2]) & (bounds[at + 3] - key1) & guards[1];
    return both0 == guards[0] && both1 == guards[1];
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
      int at = (int) ref;
      int end = at + ((int) (ref >>> COUNT) & Integer.MAX_VALUE);
      for (; at < end; at++) {
        int box = lists[at];
        if (box >= best) {
          break;
        }
        if (box >= from && holds(box, keys, start)) {
          best = box;
          break;
        }
      }
    }
    return best;
  }

  private boolean holds(int box, long[] keys, int start) {
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
}
