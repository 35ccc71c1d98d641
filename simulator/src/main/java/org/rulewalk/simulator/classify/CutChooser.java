package org.rulewalk.simulator.classify;

import java.util.Arrays;
import java.util.Optional;

/**
 * Chooses what a node looks at: the bits after which a packet that is aimed at one of the boxes has
 * the fewest boxes left. Looks at a sample, since neighbouring lists need not be cut the same way.
 */
final class CutChooser {
  private static final int MOST_BITS = 16;
  private static final int FEWEST_BITS = 2;

  /** Lists as short as this are so many that fewer cuts of them are tried. */
  private static final int SHORT = 64;

  /** A cut that leaves more than this part of the boxes is not worth its load. */
  private static final double WORTH = 0.75;

  /** What a place in a list costs, in boxes looked at. */
  private static final double PLACE = 0.05;

  private final Boxes boxes;
  private final KeyLayout layout;
  private final Effort effort;
  private final long[] low;
  private final long[] high;
  private final long[] aimed;
  private final int[] spans;
  private final int[] counts;
  private int full;

  CutChooser(Boxes boxes, Effort effort) {
    this.boxes = boxes;
    this.layout = boxes.layout();
    this.effort = effort;
    int sample = Math.min(boxes.size(), effort.sample());
    this.low = new long[sample];
    this.high = new long[sample];
    this.aimed = new long[sample];
    this.spans = new int[sample];
    this.counts = new int[(1 << mostBits(boxes.size())) + 1];
  }

  /** How many bits a cut of a list may have. */
  private int mostBits(int length) {
    int log = Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
    return Math.min(MOST_BITS, Math.max(FEWEST_BITS, log + effort.extraBits()));
  }

  /**
   * The best cut of a list of boxes; empty if none is worth it.
   *
   * @param copies how many places a box may take on average
   */
  Optional<Cut> choose(int[] list, int length, int depth, double copies) {
    int sample = Math.min(length, effort.sample());
    int most = mostBits(length);
    int shifts = length < SHORT ? 2 : effort.shifts();
    int fewer = length < SHORT ? 2 : 3;
    Optional<Cut> best = Optional.empty();
    double least = length * WORTH;
    Limits limits = new Limits(effort.growth(depth), copies);
    for (int column = 0; column < layout.columns(); column++) {
      long differing = read(list, length, sample, column);
      if ((double) full * length / sample >= least) {
        continue;
      }
      int top = Long.SIZE - Long.numberOfLeadingZeros(differing);
      int bottom = Math.min(top, Long.numberOfTrailingZeros(differing));
      for (int bits = Math.min(most, top - bottom); bits >= 1; bits = bits * fewer / 5) {
        int step = Math.max(1, (top - bits - bottom) / shifts);
        for (int shift = top - bits; shift >= bottom; shift -= step) {
          Cut cut = new Cut(column, shift, bits);
          double cost = cost(cut, sample, length, limits, least);
          if (cost < least) {
            least = cost;
            best = Optional.of(cut);
          }
        }
      }
    }
    return best;
  }

  /** Reads the bounds of a sample; returns the bits in which they differ. */
  private long read(int[] list, int length, int sample, int column) {
    long differing = 0;
    full = 0;
    long highest = layout.highest(column);
    for (int i = 0; i < sample; i++) {
      int box = list[(int) ((long) i * length / sample)];
      low[i] = boxes.low(box, column);
      high[i] = boxes.high(box, column);
      long span = high[i] - low[i] + 1;
      // any number of the box, the same each time
      aimed[i] = low[i] + (span * (box * 0x9e3779b97f4a7c15L >>> 33) >>> 31);
      if (span > highest) {
        full++;
      } else {
        differing |= (low[i] ^ low[0]) | (high[i] ^ low[0]);
      }
    }
    return differing;
  }

  /**
   * How many boxes are left, and a little for the memory; infinite where it takes too much or can't
   * be less than the least so far.
   */
  private double cost(Cut cut, int sample, int length, Limits limits, double least) {
    int slots = cut.slots();
    double scale = (double) length / sample;
    double most = Math.min(limits.copies() * sample, (limits.growth() * length - slots) / scale);
    long places = 0;
    int everywhere = 0;
    for (int i = 0; i < sample; i++) {
      spans[i] = cut.span(low[i], high[i]);
      places += spans[i];
      everywhere += spans[i] == slots ? 1 : 0;
    }
    double memory = (places * scale + slots) / length * PLACE;
    if (places > most || everywhere * scale + memory >= least) {
      return Double.POSITIVE_INFINITY;
    }
    Arrays.fill(counts, 0, slots + 1, 0);
    for (int i = 0; i < sample; i++) {
      if (spans[i] < slots) {
        count(cut.slot(low[i]), spans[i], slots);
      }
    }
    for (int slot = 1; slot < slots; slot++) {
      counts[slot] += counts[slot - 1];
    }
    long left = 0;
    for (int i = 0; i < sample; i++) {
      left += counts[cut.slot(aimed[i])];
    }
    return ((double) left / sample + everywhere) * scale + memory;
  }

  /** How many places a box may take on average: in a cut's slots, and in all leaves below. */
  private record Limits(double growth, double copies) {}

  /** Notes where a run of slots starts and ends, which may go on at the first slot. */
  private void count(int from, int span, int slots) {
    counts[from]++;
    if (from + span > slots) {
      counts[0]++;
      counts[from + span - slots]--;
    } else {
      counts[from + span]--;
    }
  }
}
