package org.rulewalk.simulator.classify;

import java.util.Arrays;

/**
 * Boxes in order of precedence: each has a lowest and a highest number in every column.
 *
 * <p>Packed as the key is: two words for each word of a key, 32 bytes a box for an IPv4 five-tuple.
 */
public final class Boxes {
  private final KeyLayout layout;
  private final int stride;
  private final long[] twice;
  private final long[] widest;
  private long[] bounds;
  private long[] terminal = new long[1];
  private int size;

  /** No boxes yet. */
  public Boxes(KeyLayout layout, int expected) {
    this.layout = layout;
    this.stride = 2 * layout.words();
    this.bounds = new long[Math.max(1, expected) * stride];
    this.twice = new long[layout.words()];
    this.widest = new long[layout.words()];
    for (int word = 0; word < twice.length; word++) {
      twice[word] = 2 * layout.guard(word);
    }
    for (int column = 0; column < layout.columns(); column++) {
      widest[layout.word(column)] |= layout.highest(column) << layout.shift(column);
    }
  }

  /**
   * Adds a box behind all others that holds every key; {@link #limit} makes it smaller.
   *
   * @param ends whether nobody asks for boxes behind this one once it was found
   * @return its place
   */
  public int add(boolean ends) {
    if ((size + 1) * stride > bounds.length) {
      bounds = Arrays.copyOf(bounds, Math.max((size + 1) * stride, bounds.length * 3 / 2));
    }
    for (int word = 0; word < layout.words(); word++) {
      bounds[size * stride + 2 * word] = 0;
      bounds[size * stride + 2 * word + 1] = upper(word, widest[word]);
    }
    if (ends) {
      terminal = size >>> 6 < terminal.length ? terminal : Arrays.copyOf(terminal, size / 32 + 1);
      terminal[size >>> 6] |= 1L << size;
    }
    return size++;
  }

  /** The last box holds only keys that have a number within these bounds in the column. */
  public void limit(int column, long low, long high) {
    int at = (size - 1) * stride + 2 * layout.word(column);
    int shift = layout.shift(column);
    bounds[at] |= low << shift;
    bounds[at + 1] -= layout.highest(column) - high << shift;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The columns of the keys. */
  public KeyLayout layout() {
    return layout;
  }

  boolean ends(int box) {
    return box >>> 6 < terminal.length && (terminal[box >>> 6] >>> box & 1) != 0;
  }

  /** With two guards above each number: what a key, which has one, is subtracted from. */
  private long upper(int word, long high) {
    return high + twice[word];
  }

  long low(int box, int column) {
    return bounds[box * stride + 2 * layout.word(column)] >>> layout.shift(column)
        & layout.highest(column);
  }

  long high(int box, int column) {
    int word = layout.word(column);
    return bounds[box * stride + 2 * word + 1] - twice[word] >>> layout.shift(column)
        & layout.highest(column);
  }

  boolean holds(int box, long[] key) {
    for (int word = 0; word < key.length; word++) {
      int at = box * stride + 2 * word;
      long guard = layout.guard(word);
      if (((key[word] - bounds[at]) & (bounds[at + 1] - key[word]) & guard) != guard) {
        return false;
      }
    }
    return true;
  }

  /** The bounds, one box behind the other, for each word the lower and the upper. */
  long[] packed() {
    bounds = bounds.length == size * stride ? bounds : Arrays.copyOf(bounds, size * stride);
    return bounds;
  }
}
