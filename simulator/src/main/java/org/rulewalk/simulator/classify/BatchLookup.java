package org.rulewalk.simulator.classify;

import java.util.Arrays;

/**
 * Looks up many keys at once, a step of each in turn: their loads overlap, and no branch depends on
 * a single key, so none is mispredicted. Has room for its own work: one a thread.
 */
public final class BatchLookup {
  private static final int ROUND = 64;
  private static final long NEXT = 1 - (1L << Classifier.COUNT);

  private final Classifier classifier;
  private final long[] guards;
  private final long[] nodes;
  private final int[] lists;
  private final long[] bounds;
  private final int words;
  private final long[] refs = new long[ROUND];
  private final int[] busy = new int[ROUND];

  /** For one classifier. */
  public BatchLookup(Classifier classifier) {
    this.classifier = classifier;
    this.guards = classifier.guards();
    this.nodes = classifier.nodes();
    this.lists = classifier.lists();
    this.bounds = classifier.bounds();
    this.words = guards.length;
  }

  /** The first boxes that hold keys which stand one behind the other; -1 where none does. */
  public void first(long[] keys, int count, int[] found) {
    for (int from = 0; from < count; from += ROUND) {
      round(keys, from, Math.min(ROUND, count - from), found);
    }
    for (int i = 0; i < count; i++) {
      found[i] = found[i] == Integer.MAX_VALUE ? -1 : found[i];
    }
  }

  private void round(long[] keys, int from, int count, int[] found) {
    Arrays.fill(found, from, from + count, Integer.MAX_VALUE);
    for (int tree = 0; tree < classifier.trees(); tree++) {
      int least = classifier.least(tree);
      int open = 0;
      for (int i = 0; i < count; i++) {
        busy[open] = i;
        open += found[from + i] > least ? 1 : 0;
      }
      Arrays.fill(refs, classifier.root(tree));
      if (words == 2) {
        descend2(keys, from, open);
        scan2(keys, from, count, found);
      } else {
        descend(keys, from, open);
        scan(keys, from, count, found);
      }
    }
  }

  private void descend2(long[] keys, int from, int all) {
    int open = refs[0] >= 0 ? all : 0;
    while (open > 0) {
      int left = 0;
      for (int j = 0; j < open; j++) {
        int i = busy[j];
        long ref = refs[i];
        long key = keys[(from + i) * 2 + ((int) (ref >>> Classifier.WORD) & 1)];
        int slot =
            (int) (key >>> (int) (ref >>> Classifier.SHIFT)) & (int) (ref >>> Classifier.MASK);
        ref = nodes[(int) ref + slot];
        refs[i] = ref;
        busy[left] = i;
        left += (int) (~ref >>> 63);
      }
      open = left;
    }
  }

  private void scan2(long[] keys, int from, int count, int[] found) {
    long guard0 = guards[0];
    long guard1 = guards[1];
    int open = 0;
    for (int i = 0; i < count; i++) {
      busy[open] = i;
      open += refs[i] < 0 && (int) (refs[i] >>> Classifier.COUNT) != Integer.MIN_VALUE ? 1 : 0;
    }
    while (open > 0) {
      int left = 0;
      for (int j = 0; j < open; j++) {
        int i = busy[j];
        long ref = refs[i];
        int box = lists[(int) ref];
        int at = box << 2;
        long key0 = keys[(from + i) * 2];
        long key1 = keys[(from + i) * 2 + 1];
        long miss =
            ~((key0 - bounds[at]) & (bounds[at + 1] - key0)) & guard0
                | ~((key1 - bounds[at + 2]) & (bounds[at + 3] - key1)) & guard1;
        int best = found[from + i];
        int now = miss == 0 ? Math.min(box, best) : best;
        found[from + i] = now;
        ref += NEXT;
        refs[i] = ref;
        busy[left] = i;
        left += (int) (ref >>> Classifier.COUNT) != Integer.MIN_VALUE & now > box ? 1 : 0;
      }
      open = left;
    }
  }

  private void descend(long[] keys, int from, int all) {
    int open = refs[0] >= 0 ? all : 0;
    while (open > 0) {
      int left = 0;
      for (int j = 0; j < open; j++) {
        int i = busy[j];
        long ref = refs[i];
        long key = keys[(from + i) * words + ((int) (ref >>> Classifier.WORD) & 63)];
        int slot =
            (int) (key >>> (int) (ref >>> Classifier.SHIFT)) & (int) (ref >>> Classifier.MASK);
        ref = nodes[(int) ref + slot];
        refs[i] = ref;
        busy[left] = i;
        left += (int) (~ref >>> 63);
      }
      open = left;
    }
  }

  private void scan(long[] keys, int from, int count, int[] found) {
    for (int i = 0; i < count; i++) {
      long ref = refs[i];
      int best = found[from + i];
      if (ref < 0) {
        found[from + i] = classifier.leaf(ref, keys, (from + i) * words, 0, best);
      }
    }
  }
}
