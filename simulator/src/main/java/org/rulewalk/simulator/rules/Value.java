package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Bits;

/** What an expression yields for one packet. */
public sealed interface Value {
  /**
   * The packet has no such header, device or connection: the rule does not match, negated or not.
   */
  Value ABSENT = Missing.ABSENT;

  /** One number. */
  record Scalar(Bits bits) implements Value {
    private static final Scalar[] SMALL = new Scalar[256];

    static {
      for (int i = 0; i < SMALL.length; i++) {
        SMALL[i] = new Scalar(Bits.of(i));
      }
    }
  }

  /** The parts of a concatenation, in order. */
  record Tuple(List<Bits> parts) implements Value {
    /** Keeps a copy. */
    public Tuple {
      parts = List.copyOf(parts);
    }
  }

  /** An address or port range, as the data of a NAT map has it. */
  record Range(Value low, Value high) implements Value {}

  /** Not there. */
  enum Missing implements Value {
    /** The only one. */
    ABSENT
  }

  /** The capture does not tell. */
  record Unknown(Doubt doubt) implements Value {}

  /** A scalar. */
  static Value of(Bits bits) {
    return new Scalar(bits);
  }

  /** A scalar of an unsigned 64-bit number. */
  static Value of(long number) {
    return number >= 0 && number < Scalar.SMALL.length
        ? Scalar.SMALL[(int) number]
        : new Scalar(Bits.of(number));
  }

  /** The key that a set is searched with; empty where this is no number or tuple. */
  default Optional<List<Bits>> asKey() {
    if (this instanceof Scalar) {
      return Optional.of(List.of(((Scalar) this).bits()));
    }
    return this instanceof Tuple ? Optional.of(((Tuple) this).parts()) : Optional.empty();
  }
}
