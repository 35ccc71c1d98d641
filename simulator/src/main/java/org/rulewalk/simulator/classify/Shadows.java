package org.rulewalk.simulator.classify;

import java.util.Arrays;

/**
 * Leaves boxes out of a node's list that lie, within its region, in an earlier one that ends the
 * search: nobody finds them there. Looks for those earlier ones among a few that take much room.
 */
final class Shadows {
  private static final int MOST = 16;

  /** A box that hid another is kept as if it took so many bits more. */
  private static final int BONUS = 4;

  private final Boxes boxes;
  private final KeyLayout layout;
  private final int words;
  private final short[] volumes;
  private final long[] guards;
  private final long[] hiding;
  private final int[] kept;
  private final int[] scores = new int[MOST];
  private int count;

  Shadows(Boxes boxes) {
    this.boxes = boxes;
    this.layout = boxes.layout();
    this.words = layout.words();
    this.guards = new long[words];
    Arrays.setAll(guards, layout::guard);
    this.hiding = new long[MOST * 2 * words];
    this.kept = new int[boxes.size()];
    this.volumes = new short[boxes.size()];
    for (int box = 0; box < volumes.length; box++) {
      volumes[box] = boxes.ends(box) ? volume(box) : -1;
    }
  }

  private short volume(int box) {
    int bits = 0;
    for (int column = 0; column < layout.columns(); column++) {
      bits +=
          Long.SIZE - Long.numberOfLeadingZeros(boxes.high(box, column) - boxes.low(box, column));
    }
    return (short) bits;
  }

  /** The boxes that are left of the first of a list. */
  int[] left(int[] list, int length, Region region) {
    long[] bounds = boxes.packed();
    count = 0;
    int left = 0;
    int least = -1;
    for (int i = 0; i < length; i++) {
      int box = list[i];
      if (isHidden(bounds, box)) {
        continue;
      }
      kept[left++] = box;
      if (volumes[box] >= 0 && (count < MOST || volumes[box] > least)) {
        add(box, region);
        least = least();
      }
    }
    return left == list.length ? list : Arrays.copyOf(kept, left);
  }

  /** Whether a box lies in one of those that may hide others. */
  private boolean isHidden(long[] bounds, int box) {
    int at = box * 2 * words;
    for (int i = 0; i < count; i++) {
      if (holds(i * 2 * words, bounds, at)) {
        scores[i] += BONUS;
        return true;
      }
    }
    return false;
  }

  private boolean holds(int by, long[] bounds, int at) {
    for (int word = 0; word < words; word++) {
      long guard = guards[word];
      long above = (bounds[at + 2 * word] | guard) - hiding[by + 2 * word];
      long below = hiding[by + 2 * word + 1] - (bounds[at + 2 * word + 1] - guard);
      if ((above & below & guard) != guard) {
        return false;
      }
    }
    return true;
  }

  private int least() {
    int least = scores[0];
    for (int i = 1; i < count; i++) {
      least = Math.min(least, scores[i]);
    }
    return least;
  }

  /** A place for a box that may hide others: a free one, or that of the least. */
  private int place() {
    if (count < MOST) {
      return count++;
    }
    int least = least();
    int place = 0;
    while (scores[place] != least) {
      place++;
    }
    return place;
  }

  /** Where a box takes all numbers of the region, it is noted as taking all there are. */
  private void add(int box, Region region) {
    int place = place();
    scores[place] = volumes[box];
    int at = place * 2 * words;
    System.arraycopy(boxes.packed(), box * 2 * words, hiding, at, 2 * words);
    for (int column = 0; column < layout.columns(); column++) {
      long low = boxes.low(box, column);
      long high = boxes.high(box, column);
      int word = layout.word(column);
      int shift = layout.shift(column);
      long highest = layout.highest(column);
      if (low <= (region.low()[word] >>> shift & highest)
          && high >= (region.high()[word] >>> shift & highest)) {
        hiding[at + 2 * word] -= low << shift;
        hiding[at + 2 * word + 1] += highest - high << shift;
      }
    }
  }
}
