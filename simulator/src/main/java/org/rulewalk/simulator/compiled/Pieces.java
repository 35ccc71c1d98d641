package org.rulewalk.simulator.compiled;

import java.util.Arrays;

/**
 * Where the rules of a changed chain were when it was compiled: stretches of old places, and of
 * rules that are new. Immutable.
 *
 * @param starts the first place of each stretch in the chain as it is now, in order
 * @param old the place of its first rule when the chain was compiled; {@link #NEW} for new rules
 * @param size rules of the chain as it is now
 */
record Pieces(int[] starts, int[] old, int size) {
  static final int NEW = -1;

  /** A chain as it was compiled. */
  static Pieces whole(int size) {
    return new Pieces(new int[] {0}, new int[] {0}, size);
  }

  /** The stretch of a place. */
  int at(int place) {
    int found = Arrays.binarySearch(starts, place);
    return found >= 0 ? found : -found - 2;
  }

  /** Behind the last place of a stretch. */
  int end(int piece) {
    return piece + 1 < starts.length ? starts[piece + 1] : size;
  }

  /** The place of a rule when the chain was compiled; {@link #NEW} if it is new. */
  int old(int place) {
    int piece = at(place);
    return old[piece] == NEW ? NEW : old[piece] + place - starts[piece];
  }

  /** How many rules are new, and how many of those that were compiled are gone. */
  int changes(int compiled) {
    int added = 0;
    for (int piece = 0; piece < starts.length; piece++) {
      added += old[piece] == NEW ? end(piece) - starts[piece] : 0;
    }
    return added + compiled - (size - added);
  }

  /** The places of those that are gone, in order. */
  int[] missing(int compiled) {
    int[] missing = new int[changes(compiled)];
    int count = 0;
    int next = 0;
    for (int piece = 0; piece <= starts.length; piece++) {
      boolean last = piece == starts.length;
      if (!last && old[piece] == NEW) {
        continue;
      }
      for (int to = last ? compiled : old[piece]; next < to; next++) {
        missing[count++] = next;
      }
      next = last ? compiled : old[piece] + end(piece) - starts[piece];
    }
    return Arrays.copyOf(missing, count);
  }

  /** After the places {@code from} to {@code to} made room for some new rules. */
  Pieces replaced(int from, int to, int by) {
    Builder builder = new Builder(starts.length + 2);
    copy(0, from, builder);
    builder.add(NEW, by);
    copy(to, size, builder);
    return builder.build();
  }

  private void copy(int from, int to, Builder builder) {
    for (int place = from; place < to; ) {
      int piece = at(place);
      int length = Math.min(end(piece), to) - place;
      builder.add(old(place), length);
      place += length;
    }
  }

  /** Pieces one behind the other; joins those that belong together. */
  private static final class Builder {
    private final int[] starts;
    private final int[] old;
    private int count;
    private int size;

    Builder(int most) {
      starts = new int[most];
      old = new int[most];
    }

    void add(int from, int length) {
      int last = count - 1;
      boolean joins =
          last >= 0
              && (from == NEW ? old[last] == NEW : old[last] + size - starts[last] == from)
              && (from == NEW) == (old[last] == NEW);
      if (length > 0 && !joins) {
        starts[count] = size;
        old[count++] = from;
      }
      size += length;
    }

    Pieces build() {
      return new Pieces(Arrays.copyOf(starts, count), Arrays.copyOf(old, count), size);
    }
  }
}
