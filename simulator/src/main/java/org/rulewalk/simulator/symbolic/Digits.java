package org.rulewalk.simulator.symbolic;

import java.util.List;
import java.util.function.Supplier;
import org.rulewalk.simulator.value.Bits;

/**
 * A number of each packet. Where rules wrote it, it is kept in pieces, one for each writing: tests
 * of single pieces are cheap, while its bits as functions of the packet at the start are not. Those
 * are worked out once they are asked for.
 */
final class Digits {
  private final List<Piece> pieces;
  private final Supplier<int[]> work;
  private int[] word;

  /**
   * What the number is for some packets.
   *
   * @param where those that are not in a piece before
   */
  record Piece(int where, int[] word) {}

  private Digits(List<Piece> pieces, Supplier<int[]> work, int[] word) {
    this.pieces = List.copyOf(pieces);
    this.work = work;
    this.word = word;
  }

  static Digits of(int[] word) {
    return new Digits(List.of(), () -> word, word);
  }

  /** A number in pieces, the last written first, together for all packets. */
  static Digits of(List<Piece> pieces, Supplier<int[]> work) {
    return new Digits(pieces, work, null);
  }

  /** Its bits, the least significant first. */
  int[] word() {
    if (word == null) {
      word = work.get();
    }
    return word;
  }

  /** Packets for which it lies between two numbers, both included. */
  int within(Bdd bdd, Bits low, Bits high) {
    if (pieces.isEmpty()) {
      return Words.within(bdd, word(), low, high);
    }
    int found = Bdd.FALSE;
    int left = Bdd.TRUE;
    for (Piece piece : pieces) {
      int here = bdd.and(left, piece.where());
      found = bdd.or(found, bdd.and(here, Words.within(bdd, piece.word(), low, high)));
      left = bdd.minus(left, piece.where());
    }
    return found;
  }
}
