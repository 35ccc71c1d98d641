package org.rulewalk.simulator.symbolic;

import java.util.List;
import org.rulewalk.simulator.value.Bits;

/**
 * What an expression yields for each packet: a number, several side by side, nothing, or something
 * that is not known. Immutable.
 */
public final class SymbolicValue {
  private final PacketSpace space;
  private final int present;
  private final int unknown;
  private final List<Digits> digits;
  private final boolean tuple;

  /**
   * A value.
   *
   * @param present node of the packets that have it
   * @param unknown node of the packets for which it can't be told; apart from the others
   * @param tuple whether it is a concatenation, even of one part
   */
  SymbolicValue(PacketSpace space, int present, int unknown, List<Digits> digits, boolean tuple) {
    this.space = space;
    this.present = present;
    this.unknown = unknown;
    this.digits = digits;
    this.tuple = tuple;
  }

  static SymbolicValue of(PacketSpace space, int present, int[] word) {
    return of(space, present, Digits.of(word));
  }

  static SymbolicValue of(PacketSpace space, int present, Digits digits) {
    return new SymbolicValue(space, present, Bdd.FALSE, List.of(digits), false);
  }

  static SymbolicValue absent(PacketSpace space) {
    return of(space, Bdd.FALSE, new int[0]);
  }

  static SymbolicValue unknown(PacketSpace space, int where) {
    return new SymbolicValue(space, Bdd.FALSE, where, List.of(Digits.of(new int[0])), false);
  }

  /** The same, but not known for some packets. */
  SymbolicValue unknownAt(int where) {
    Bdd bdd = space.bdd();
    int lost = bdd.and(where, present);
    return lost == Bdd.FALSE
        ? this
        : new SymbolicValue(space, bdd.minus(present, where), bdd.or(unknown, lost), digits, tuple);
  }

  /** The same, only for packets of a set; others don't have it. */
  SymbolicValue only(int where) {
    Bdd bdd = space.bdd();
    return new SymbolicValue(
        space, bdd.and(present, where), bdd.and(unknown, where), digits, tuple);
  }

  int present() {
    return present;
  }

  int unknown() {
    return unknown;
  }

  /** The numbers that it consists of. */
  List<Digits> digits() {
    return digits;
  }

  int[] word() {
    return digits.get(0).word();
  }

  boolean isTuple() {
    return tuple;
  }

  /** How many numbers stand side by side. */
  public int parts() {
    return digits.size();
  }

  /** Packets that have it, with a value that is known. */
  public PacketSet isPresent() {
    return space.set(present);
  }

  /** Packets for which nothing can be told of it. */
  public PacketSet isUnknown() {
    return space.set(unknown);
  }

  /** Packets for which it is known to be this number. */
  public PacketSet is(Bits number) {
    return within(number, number);
  }

  /** Packets for which it is known to lie between two numbers, both included. */
  public PacketSet within(Bits low, Bits high) {
    Bdd bdd = space.bdd();
    return tuple ? space.none() : space.set(bdd.and(present, digits.get(0).within(bdd, low, high)));
  }

  /** Packets for which both are known and equal. */
  public PacketSet is(SymbolicValue other) {
    Bdd bdd = space.bdd();
    int result = bdd.and(present, other.present);
    if (parts() != other.parts()) {
      return space.none();
    }
    for (int i = 0; i < parts(); i++) {
      result = bdd.and(result, equal(bdd, digits.get(i), other.digits.get(i)));
    }
    return space.set(result);
  }

  /** Packets for which two numbers are the same. */
  static int equal(Bdd bdd, Digits one, Digits other) {
    return Words.constant(other.word())
        .map(number -> one.within(bdd, number, number))
        .orElseGet(() -> Words.equal(bdd, one.word(), other.word()));
  }
}
