package org.rulewalk.simulator.classify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the columns of a key lie in its words.
 *
 * <p>A key is a row of unsigned numbers, one a column, packed side by side into {@code long}s.
 * Above each number stands a guard bit, always set in a key: it takes up the borrow when bounds are
 * subtracted, so that all columns of a word are compared by two subtractions.
 */
public final class KeyLayout {
  private static final int WORD = 64;

  private final int[] widths;
  private final int[] word;
  private final int[] shift;
  private final long[] guards;

  /**
   * A layout for columns of these widths.
   *
   * @param widths bits of each column, 1 to 32
   */
  public KeyLayout(List<Integer> widths) {
    this.widths = widths.stream().mapToInt(Integer::intValue).toArray();
    this.word = new int[this.widths.length];
    this.shift = new int[this.widths.length];
    int[] used = new int[this.widths.length];
    int words = 0;
    for (int column : widestFirst()) {
      int lane = this.widths[column] + 1;
      int at = 0;
      while (used[at] + lane > WORD) {
        at++;
      }
      word[column] = at;
      shift[column] = used[at];
      used[at] += lane;
      words = Math.max(words, at + 1);
    }
    guards = new long[Math.max(1, words)];
    for (int column = 0; column < this.widths.length; column++) {
      guards[word[column]] |= 1L << (shift[column] + this.widths[column]);
    }
  }

  private int[] widestFirst() {
    return IntStream.range(0, widths.length)
        .boxed()
        .sorted(Comparator.comparingInt(column -> -widths[column]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many columns there are. */
  public int columns() {
    return widths.length;
  }

  /** How many words a key has. */
  public int words() {
    return guards.length;
  }

  /** Bits of a column. */
  public int width(int column) {
    return widths[column];
  }

  /** The highest number that a column can hold. */
  public long highest(int column) {
    return (1L << widths[column]) - 1;
  }

  /** Starts a key at a place in an array: all columns are 0. */
  public void clear(long[] keys, int at) {
    System.arraycopy(guards, 0, keys, at, guards.length);
  }

  /** Sets a column of a cleared key. */
  public void put(long[] keys, int at, int column, long value) {
    keys[at + word[column]] |= value << shift[column];
  }

  /** The number in a column of a key. */
  public long get(long[] keys, int at, int column) {
    return keys[at + word[column]] >>> shift[column] & highest(column);
  }

  int word(int column) {
    return word[column];
  }

  int shift(int column) {
    return shift[column];
  }

  long guard(int index) {
    return guards[index];
  }

  @Override
  public String toString() {
    return "widths " + Arrays.toString(widths) + ", words " + Arrays.toString(word);
  }
}
