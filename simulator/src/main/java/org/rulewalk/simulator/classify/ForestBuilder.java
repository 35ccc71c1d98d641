package org.rulewalk.simulator.classify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Builds the trees of a {@link Classifier}. */
final class ForestBuilder {
  private static final int MOST_DEPTH = 24;

  /** A few copies at each level, where a tree has used up what it may take. */
  private static final double LEAST_COPIES = 1.1;

  private final Boxes boxes;
  private final KeyLayout layout;
  private final Effort effort;
  private final CutChooser chooser;
  private final Shadows shadows;
  private long[] nodes = new long[64];
  private int nodeCount;
  private int[] lists = new int[64];
  private int listCount;

  ForestBuilder(Boxes boxes) {
    this.boxes = boxes;
    this.layout = boxes.layout();
    this.effort = Effort.of(boxes.size());
    this.chooser = new CutChooser(boxes, effort);
    this.shadows = new Shadows(boxes);
  }

  Classifier build() {
    List<int[]> parts = Parts.of(boxes);
    parts.sort(Comparator.comparingInt(part -> part[0]));
    long[] roots = new long[parts.size()];
    int[] least = new int[parts.size()];
    for (int i = 0; i < roots.length; i++) {
      int[] part = parts.get(i);
      least[i] = part[0];
      roots[i] = node(part, Region.all(layout), 0, effort.copies());
    }
    long[] guards = new long[layout.words()];
    Arrays.setAll(guards, layout::guard);
    return new Classifier(
        boxes.packed(),
        guards,
        Arrays.copyOf(nodes, nodeCount),
        Arrays.copyOf(lists, listCount),
        roots,
        least);
  }

  /**
   * Builds a node or a leaf.
   *
   * @param copies how many places a box may take on average in the leaves below
   */
  private long node(int[] all, Region region, int depth, double copies) {
    int[] list = shadows.left(all, untilCover(all, region), region);
    int length = list.length;
    if (length <= effort.leafSize() || depth == MOST_DEPTH) {
      return leaf(list, length);
    }
    Optional<Cut> cut = chooser.choose(list, length, depth, copies);
    if (cut.isEmpty()) {
      return leaf(list, length);
    }
    int[][] slots = distributed(list, length, cut.get());
    double places = 0;
    for (int[] slot : slots) {
      places += slot.length;
    }
    return inner(slots, cut.get(), region, depth, Math.max(LEAST_COPIES, copies * length / places));
  }

  /** Up to the first box that ends the search for every key of the region. */
  private int untilCover(int[] list, Region region) {
    for (int i = 0; i < list.length; i++) {
      if (boxes.ends(list[i])
          && boxes.holds(list[i], region.low())
          && boxes.holds(list[i], region.high())) {
        return i + 1;
      }
    }
    return list.length;
  }

  private long leaf(int[] list, int length) {
    if (listCount + length > lists.length) {
      lists = Arrays.copyOf(lists, Math.max(listCount + length, lists.length * 2));
    }
    System.arraycopy(list, 0, lists, listCount, length);
    long ref = Classifier.leaf(listCount, length);
    listCount += length;
    return ref;
  }

  /** The boxes of each slot. */
  private int[][] distributed(int[] list, int length, Cut cut) {
    int mask = cut.slots() - 1;
    int[] firsts = new int[length];
    int[] spans = new int[length];
    int[] sizes = new int[cut.slots()];
    for (int i = 0; i < length; i++) {
      long low = boxes.low(list[i], cut.column());
      firsts[i] = cut.slot(low);
      spans[i] = cut.span(low, boxes.high(list[i], cut.column()));
      for (int k = 0; k < spans[i]; k++) {
        sizes[firsts[i] + k & mask]++;
      }
    }
    int[][] slots = new int[cut.slots()][];
    Arrays.setAll(slots, slot -> new int[sizes[slot]]);
    Arrays.fill(sizes, 0);
    for (int i = 0; i < length; i++) {
      for (int k = 0; k < spans[i]; k++) {
        int slot = firsts[i] + k & mask;
        slots[slot][sizes[slot]++] = list[i];
      }
    }
    return slots;
  }

  private long inner(int[][] slots, Cut cut, Region region, int depth, double copies) {
    int base = nodeCount;
    nodeCount += slots.length;
    if (nodeCount > nodes.length) {
      nodes = Arrays.copyOf(nodes, Math.max(nodeCount, nodes.length * 2));
    }
    boolean divided = region.isDivided(cut, layout);
    for (int slot = 0; slot < slots.length; slot++) {
      boolean same = !divided && slot > 0 && Arrays.equals(slots[slot], slots[slot - 1]);
      Region part = divided ? region.slot(cut, slot, layout) : region;
      // the array may be another one behind this call
      long child = same ? nodes[base + slot - 1] : node(slots[slot], part, depth + 1, copies);
      nodes[base + slot] = child;
      if (slot > 0) {
        slots[slot - 1] = null;
      }
    }
    int shift = layout.shift(cut.column()) + cut.shift();
    return Classifier.node(base, layout.word(cut.column()), shift, slots.length - 1);
  }
}
