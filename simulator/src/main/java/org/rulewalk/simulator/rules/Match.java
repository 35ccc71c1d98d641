package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Bits;

/**
 * A test of one packet. Its answer may be unknown; then both ways are followed.
 *
 * <p>Where the packet lacks what is looked at, the test fails, negated or not, as in nf_tables
 * (NFT_BREAK). Matches of iptables that behave otherwise are in {@link XtMatch}.
 */
public sealed interface Match extends Statement {
  /** Whether the packet passes the test. */
  Truth test(PacketContext context);

  @Override
  default Verdict execute(PacketContext context) {
    Truth truth = test(context);
    boolean holds =
        truth instanceof Truth.Unknown
            ? context.decide(((Truth.Unknown) truth).doubt())
            : truth == Truth.YES;
    return holds ? Verdict.Simple.CONTINUE : Verdict.Simple.BREAK;
  }

  @Override
  default <R> R fold(Statement.Cases<R> cases) {
    return cases.match(this);
  }

  /** One case a kind of match. */
  <R> R fold(Cases<R> cases);

  /** One method a kind of match. */
  interface Cases<R> {
    R compare(Compare match);

    R range(InRange match);

    R set(InSet match);

    R bits(HasBits match);

    R all(AllOf match);

    R any(AnyOf match);

    R not(Not match);

    R limit(RateLimit match);

    R quota(Quota match);

    R extension(Extension match);

    R unknown(Unknown match);
  }

  /** How two values are compared: as unsigned numbers. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    /** Whether {@code a ⟨op⟩ b}. */
    public boolean holds(Bits a, Bits b) {
      switch (this) {
        case EQUAL:
          return a.equals(b);
        case NOT_EQUAL:
          return !a.equals(b);
        case LESS:
          return a.compareTo(b) < 0;
        case LESS_OR_EQUAL:
          return a.compareTo(b) <= 0;
        case GREATER:
          return a.compareTo(b) > 0;
        default:
          return a.compareTo(b) >= 0;
      }
    }
  }

  /** One value compared with another. */
  record Compare(Expression left, Operator operator, Expression right) implements Match {
    @Override
    public Truth test(PacketContext context) {
      Value a = left.evaluate(context);
      if (!(a instanceof Value.Scalar)) {
        return tuple(a, context);
      }
      Value b = right.evaluate(context);
      return b instanceof Value.Scalar
          ? Truth.of(operator.holds(((Value.Scalar) a).bits(), ((Value.Scalar) b).bits()))
          : noScalar(b);
    }

    private Truth tuple(Value a, PacketContext context) {
      if (a instanceof Value.Tuple
          && (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL)) {
        Value b = right.evaluate(context);
        return b instanceof Value.Tuple
            ? Truth.of(a.equals(b) == (operator == Operator.EQUAL))
            : noScalar(b);
      }
      return noScalar(a);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.compare(this);
    }
  }

  private static Truth noScalar(Value value) {
    return value instanceof Value.Unknown
        ? new Truth.Unknown(((Value.Unknown) value).doubt())
        : Truth.NO;
  }

  /** A value within two bounds, both included. */
  record InRange(Expression left, boolean negated, Bits low, Bits high) implements Match {
    @Override
    public Truth test(PacketContext context) {
      Value value = left.evaluate(context);
      if (!(value instanceof Value.Scalar)) {
        return noScalar(value);
      }
      Bits bits = ((Value.Scalar) value).bits();
      return Truth.of((bits.compareTo(low) >= 0 && bits.compareTo(high) <= 0) != negated);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.range(this);
    }
  }

  /** A value, or several side by side, that a set contains. */
  record InSet(Expression left, boolean negated, SetReference set) implements Match {
    @Override
    public Truth test(PacketContext context) {
      Value value = left.evaluate(context);
      Optional<List<Bits>> key = value.asKey();
      if (key.isEmpty()) {
        return noScalar(value);
      }
      return set.resolve(context)
          .map(elements -> Truth.of(elements.contains(key.get()) != negated))
          .orElseGet(() -> new Truth.Unknown(set.missing()));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.set(this);
    }
  }

  /** A value that has at least one of some bits; negated: none of them. */
  record HasBits(Expression left, boolean negated, Bits mask) implements Match {
    @Override
    public Truth test(PacketContext context) {
      Value value = left.evaluate(context);
      return value instanceof Value.Scalar
          ? Truth.of(!((Value.Scalar) value).bits().and(mask).isZero() != negated)
          : noScalar(value);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.bits(this);
    }
  }

  /** Several tests that must all hold. */
  record AllOf(List<Match> parts) implements Match {
    /** Keeps a copy. */
    public AllOf {
      parts = List.copyOf(parts);
    }

    @Override
    public Truth test(PacketContext context) {
      return Truth.all(parts, part -> part.test(context));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.all(this);
    }
  }

  /** Several tests of which one must hold. */
  record AnyOf(List<Match> parts) implements Match {
    /** Keeps a copy. */
    public AnyOf {
      parts = List.copyOf(parts);
    }

    @Override
    public Truth test(PacketContext context) {
      return Truth.any(parts, part -> part.test(context));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.any(this);
    }
  }

  /** The opposite of a test, also where the packet lacks what it looks at. */
  record Not(Match part) implements Match {
    @Override
    public Truth test(PacketContext context) {
      return part.test(context).not();
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.not(this);
    }
  }

  /**
   * A token bucket: holds while packets come slower than the rate.
   *
   * @param amount packets or bytes
   * @param perSeconds the length of the rate's unit in seconds
   * @param over whether it holds above the rate instead
   */
  record RateLimit(
      long amount, long perSeconds, long burst, boolean bytes, boolean over, String text)
      implements Match {
    @Override
    public Truth test(PacketContext context) {
      return new Truth.Unknown(
          new Doubt(Doubt.Kind.RATE_LIMIT, text, !over, org.rulewalk.simulator.value.Source.NONE));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.limit(this);
    }
  }

  /** Holds until (or, {@code over}, from when) a number of bytes has passed. */
  record Quota(long bytes, long usedBytes, boolean over, String text) implements Match {
    @Override
    public Truth test(PacketContext context) {
      return new Truth.Unknown(
          new Doubt(
              Doubt.Kind.USED_AMOUNT,
              text,
              (usedBytes < bytes) != over,
              org.rulewalk.simulator.value.Source.NONE));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.quota(this);
    }
  }

  /** A match of iptables that nftables has no expression for, or that differs from it. */
  record Extension(XtMatch match) implements Match {
    @Override
    public Verdict execute(PacketContext context) {
      return match.dropsAtOnce(context) ? Verdict.Simple.DROP : Match.super.execute(context);
    }

    @Override
    public Truth test(PacketContext context) {
      return match.test(context);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.extension(this);
    }
  }

  /** One that can't be told: not understood, or its arguments are lost. */
  record Unknown(String text, Doubt doubt) implements Match {
    @Override
    public Truth test(PacketContext context) {
      return new Truth.Unknown(doubt);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.unknown(this);
    }
  }

  /** Whether an expression equals a value, or with {@code negated} doesn't. */
  static Match equal(Expression left, boolean negated, Bits value, DataType type) {
    return new Compare(
        left, negated ? Operator.NOT_EQUAL : Operator.EQUAL, Expression.number(value, type));
  }

  /** Whether the bits of a mask equal those of a value, or with {@code negated} don't. */
  static Match masked(Expression left, boolean negated, Bits value, Bits mask, DataType type) {
    return equal(left.masked(mask, type), negated, value.and(mask), type);
  }

  /** Whether the packet has this field at all. */
  static Match present(HeaderField field) {
    return new InRange(Expression.of(field), false, Bits.ZERO, Bits.ones(field.width()));
  }
}
