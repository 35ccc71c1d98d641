package org.rulewalk.simulator.symbolic;

import java.util.Optional;
import org.rulewalk.simulator.value.Bits;

/**
 * Numbers whose bits are functions of the packet: arrays of nodes, the least significant bit first.
 * Bits beyond the array are 0.
 */
final class Words {
  private static final int HALF = 64;

  private Words() {}

  static boolean bit(Bits number, int at) {
    return (at < HALF ? number.low() >>> at : number.high() >>> (at - HALF)) << 63 != 0;
  }

  static int[] constant(Bits number) {
    int width = 128;
    while (width > 0 && !bit(number, width - 1)) {
      width--;
    }
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = bit(number, i) ? Bdd.TRUE : Bdd.FALSE;
    }
    return word;
  }

  /** The number that a word is for all packets alike; empty if it is none. */
  static Optional<Bits> constant(int[] word) {
    Bits number = Bits.ZERO;
    for (int i = word.length - 1; i >= 0; i--) {
      if (word[i] > Bdd.TRUE) {
        return Optional.empty();
      }
      number = number.shiftLeft(1).or(Bits.of(word[i]));
    }
    return Optional.of(number);
  }

  static int at(int[] word, int bit) {
    return bit < word.length ? word[bit] : Bdd.FALSE;
  }

  private static boolean isBeyond(int[] word, Bits number) {
    return !number.shiftRight(word.length).isZero();
  }

  static int equal(Bdd bdd, int[] word, Bits number) {
    if (isBeyond(word, number)) {
      return Bdd.FALSE;
    }
    int result = Bdd.TRUE;
    for (int i = 0; i < word.length; i++) {
      result = bit(number, i) ? bdd.and(word[i], result) : bdd.minus(result, word[i]);
    }
    return result;
  }

  static int atMost(Bdd bdd, int[] word, Bits number) {
    if (isBeyond(word, number)) {
      return Bdd.TRUE;
    }
    int result = Bdd.TRUE;
    for (int i = 0; i < word.length; i++) {
      result = bit(number, i) ? bdd.or(bdd.not(word[i]), result) : bdd.minus(result, word[i]);
    }
    return result;
  }

  static int within(Bdd bdd, int[] word, Bits low, Bits high) {
    if (low.equals(high)) {
      return equal(bdd, word, low);
    }
    Bits free = low.xor(high);
    boolean prefix = free.and(free.plus(Bits.of(1))).isZero() && low.and(free).isZero();
    if (prefix && !isBeyond(word, high)) {
      int bits = free.bitCount();
      int[] top = java.util.Arrays.copyOfRange(word, Math.min(bits, word.length), word.length);
      return equal(bdd, top, low.shiftRight(bits));
    }
    int result = atMost(bdd, word, high);
    return low.isZero() ? result : bdd.minus(result, atMost(bdd, word, low.minus(Bits.of(1))));
  }

  static int equal(Bdd bdd, int[] a, int[] b) {
    int result = Bdd.TRUE;
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      result = bdd.minus(result, bdd.exclusive(at(a, i), at(b, i)));
    }
    return result;
  }

  static int atMost(Bdd bdd, int[] a, int[] b) {
    int result = Bdd.TRUE;
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      result = bdd.choose(bdd.exclusive(at(a, i), at(b, i)), at(b, i), result);
    }
    return result;
  }

  /** The first where a condition holds, the second elsewhere. */
  static int[] choose(Bdd bdd, int condition, int[] then, int[] otherwise) {
    int[] word = new int[Math.max(then.length, otherwise.length)];
    for (int i = 0; i < word.length; i++) {
      word[i] = bdd.choose(condition, at(then, i), at(otherwise, i));
    }
    return word;
  }

  /** A function of two bits. */
  interface Gate {
    int apply(int a, int b);
  }

  static int[] combine(int[] a, int[] b, Gate gate) {
    int[] word = new int[Math.max(a.length, b.length)];
    for (int i = 0; i < word.length; i++) {
      word[i] = gate.apply(at(a, i), at(b, i));
    }
    return word;
  }

  /** Moved towards the top within 128 bits, or by a negative count towards the bottom. */
  static int[] shift(int[] word, int count) {
    int width = Math.max(0, Math.min(128, word.length + count));
    int[] moved = new int[width];
    for (int i = Math.max(0, count); i < width; i++) {
      moved[i] = at(word, i - count);
    }
    return moved;
  }

  /** The sum, or the highest number of its width where that is less. */
  static int[] plus(Bdd bdd, int[] word, int amount) {
    int[] sum = new int[word.length];
    int carry = Bdd.FALSE;
    for (int i = 0; i < word.length; i++) {
      boolean one = (amount >>> i & 1) != 0;
      int differs = one ? bdd.not(word[i]) : word[i];
      sum[i] = bdd.exclusive(differs, carry);
      carry = one ? bdd.or(word[i], carry) : bdd.and(word[i], carry);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] = bdd.or(sum[i], carry);
    }
    return sum;
  }

  /** The bits turned round: what is 0 becomes 1. */
  static int[] inverse(Bdd bdd, int[] word) {
    int[] turned = new int[word.length];
    for (int i = 0; i < word.length; i++) {
      turned[i] = bdd.not(word[i]);
    }
    return turned;
  }
}
