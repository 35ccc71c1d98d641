package org.rulewalk.simulator.classify;

import java.util.Arrays;
import java.util.Optional;

/**
 * Chooses what a node looks at: the bits after which a packet that is aimed at one of the boxes has
 * the fewest boxes left.
 */
final class CutChooser {
  private static final int SAMPLE = Integer.getInteger("sample", 128);
  private static final int MOST_BITS = Integer.getInteger("mostbits", 14);

  private static final int PLACES = Integer.getInteger("places", 3);

  private final Boxes boxes;
  private final KeyLayout layout;
  private final double growth;
  private final long[] low = new long[SAMPLE];
  private final long[] high = new long[SAMPLE];
  private final long[] aimed = new long[SAMPLE];
  private final int[] counts = new int[(1 << MOST_BITS) + 1];

  /**
   * A chooser.
   *
   * @param growth how many places in children a box may take on average
   */
  CutChooser(Boxes boxes, double growth) {
    this.boxes = boxes;
    this.layout = boxes.layout();
    this.growth = growth;
  }

  /** The best cut of a list of boxes; empty if none is worth it. */
  Optional<Cut> choose(int[] list, int length) {
    int sample = Math.min(length, SAMPLE);
    int most = Math.max(2, Math.min(MOST_BITS, 33 - Integer.numberOfLeadingZeros(length - 1)));
    Optional<Cut> best = Optional.empty();
    double least = length * 0.75;
    for (int column = 0; column < layout.columns(); column++) {
      long differing = read(list, length, sample, column);
      if (differing == 0) {
        continue;
      }
      int top = 64 - Long.numberOfLeadingZeros(differing);
      int bottom = Long.numberOfTrailingZeros(differing);
      for (int bits = Math.min(most, top - bottom); bits >= 1; bits = bits * 3 / 5) {
        int step = Math.max(1, (top - bits - bottom) / PLACES);
        for (int shift = top - bits; shift >= bottom; shift -= step) {
          Cut cut = new Cut(column, shift, bits);
          double cost = cost(cut, sample, length);
          if (cost < least) {
            least = cost;
            best = Optional.of(cut);
          }
        }
      }
    }
    return best;
  }

  /** Reads the bounds of a sample; returns the bits in which bounds differ. */
  private long read(int[] list, int length, int sample, int column) {
    long differing = 0;
    long highest = layout.highest(column);
    for (int i = 0; i < sample; i++) {
      int box = list[(int) ((long) i * length / sample)];
      low[i] = boxes.low(box, column);
      high[i] = boxes.high(box, column);
      long span = high[i] - low[i] + 1;
      aimed[i] = low[i] + (span * (box * 0x9e3779b97f4a7c15L >>> 33) >>> 31);
      if (span <= highest) {
        differing |= (low[i] ^ low[0]) | (high[i] ^ low[0]);
      }
    }
    return differing;
  }

  /** How many boxes are left, and a little for the memory; infinite where it takes too much. */
  private double cost(Cut cut, int sample, int length) {
    int slots = cut.slots();
    Arrays.fill(counts, 0, slots + 1, 0);
    long places = 0;
    int everywhere = 0;
    for (int i = 0; i < sample; i++) {
      int span = cut.span(low[i], high[i]);
      places += span;
      if (span == slots) {
        everywhere++;
        continue;
      }
      int from = cut.slot(low[i]);
      counts[from]++;
      if (from + span > slots) {
        counts[0]++;
        counts[from + span - slots]--;
      } else {
        counts[from + span]--;
      }
    }
    double scale = (double) length / sample;
    double grown = (places * scale + slots) / length;
    if (grown > growth) {
      return Double.POSITIVE_INFINITY;
    }
    int running = 0;
    for (int slot = 0; slot < slots; slot++) {
      running += counts[slot];
      counts[slot] = running;
    }
    long left = 0;
    for (int i = 0; i < sample; i++) {
      left += counts[cut.slot(aimed[i])] + everywhere;
    }
    return (double) left / sample * scale + grown * 0.05;
  }
}
