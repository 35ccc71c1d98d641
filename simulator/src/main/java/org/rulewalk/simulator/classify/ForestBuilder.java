package org.rulewalk.simulator.classify;

import java.util.Arrays;
import java.util.Optional;

/** Builds the trees of a {@link Classifier}. */
final class ForestBuilder {
  private static final int LEAF_SIZE = Integer.getInteger("leaf", 6);
  private static final int MOST_DEPTH = 24;
  private static final double GROWTH = Double.parseDouble(System.getProperty("growth", "2"));

  private final Boxes boxes;
  private final KeyLayout layout;
  private final CutChooser chooser;
  private long[] nodes = new long[1024];
  private int nodeCount;
  private int[] lists = new int[1024];
  private int listCount;

  ForestBuilder(Boxes boxes) {
    this.boxes = boxes;
    this.layout = boxes.layout();
    this.chooser = new CutChooser(boxes, GROWTH);
  }

  Classifier build() {
    int[] all = new int[boxes.size()];
    Arrays.setAll(all, i -> i);
    long root = node(all, all.length, Region.all(layout), 0);
    long[] guards = new long[layout.words()];
    Arrays.setAll(guards, layout::guard);
    return new Classifier(
        boxes.packed(),
        guards,
        Arrays.copyOf(nodes, nodeCount),
        Arrays.copyOf(lists, listCount),
        new long[] {root},
        new int[] {0});
  }

  private long node(int[] list, int all, Region region, int depth) {
    int length = untilCover(list, all, region);
    if (length <= LEAF_SIZE || depth == MOST_DEPTH) {
      return leaf(list, length);
    }
    Optional<Cut> cut = chooser.choose(list, length);
    return cut.isEmpty() ? leaf(list, length) : inner(list, length, cut.get(), region, depth);
  }

  /** Up to the first box that ends the search for every key of the region. */
  private int untilCover(int[] list, int length, Region region) {
    for (int i = 0; i < length; i++) {
      if (boxes.ends(list[i])
          && boxes.holds(list[i], region.low())
          && boxes.holds(list[i], region.high())) {
        return i + 1;
      }
    }
    return length;
  }

  private long leaf(int[] list, int length) {
    if (listCount + length > lists.length) {
      lists = Arrays.copyOf(lists, Math.max(listCount + length, lists.length * 2));
    }
    System.arraycopy(list, 0, lists, listCount, length);
    long ref = Classifier.LEAF | (long) length << Classifier.COUNT | listCount;
    listCount += length;
    return ref;
  }

  private long inner(int[] list, int length, Cut cut, Region region, int depth) {
    int slots = cut.slots();
    int[] starts = new int[slots + 1];
    int[] firsts = new int[length];
    int[] spans = new int[length];
    for (int i = 0; i < length; i++) {
      long low = boxes.low(list[i], cut.column());
      firsts[i] = cut.slot(low);
      spans[i] = cut.span(low, boxes.high(list[i], cut.column()));
      for (int k = 0; k < spans[i]; k++) {
        starts[(firsts[i] + k & slots - 1) + 1]++;
      }
    }
    for (int slot = 0; slot < slots; slot++) {
      starts[slot + 1] += starts[slot];
    }
    int[] members = new int[starts[slots]];
    int[] next = Arrays.copyOf(starts, slots);
    for (int i = 0; i < length; i++) {
      for (int k = 0; k < spans[i]; k++) {
        members[next[firsts[i] + k & slots - 1]++] = list[i];
      }
    }
    int base = nodeCount;
    nodeCount += slots;
    if (nodeCount > nodes.length) {
      nodes = Arrays.copyOf(nodes, Math.max(nodeCount, nodes.length * 2));
    }
    boolean divided = region.isDivided(cut, layout);
    long before = 0;
    int from = -1;
    for (int slot = 0; slot < slots; slot++) {
      boolean same =
          from >= 0
              && !divided
              && Arrays.equals(
                  members, starts[from], starts[from + 1], members, starts[slot], starts[slot + 1]);
      if (!same) {
        int[] own = Arrays.copyOfRange(members, starts[slot], starts[slot + 1]);
        before =
            node(own, own.length, divided ? region.slot(cut, slot, layout) : region, depth + 1);
        from = slot;
      }
      nodes[base + slot] = before;
    }
    long word = layout.word(cut.column());
    long shift = layout.shift(cut.column()) + cut.shift();
    return (long) (slots - 1) << Classifier.MASK
        | word << Classifier.WORD
        | shift << Classifier.SHIFT
        | base;
  }
}
