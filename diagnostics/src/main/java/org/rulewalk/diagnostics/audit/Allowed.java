package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * A test in the form "this, after a mask, has one of these values". It fails where a packet lacks
 * the thing that is looked at, as nf_tables' tests do.
 *
 * @param mask which bits count; empty if all do
 * @param values ascending and apart
 */
record Allowed(Expression left, Optional<Bits> mask, List<ElementSet.Interval> values) {
  private static final Bits HIGHEST = Bits.ones(128);
  private static final Reader READER = new Reader();

  /** A test in this form; empty if it has none. */
  static Optional<Allowed> of(Match match) {
    return match.fold(READER);
  }

  /** Whether every packet that passes another test passes this one. */
  boolean follows(Allowed other) {
    if (!left.equals(other.left)) {
      return false;
    }
    if (mask.equals(other.mask)) {
      return other.values.stream().allMatch(this::holdsAll);
    }
    boolean known =
        mask.isPresent()
            && other.values.stream().allMatch(ElementSet.Interval::isSingle)
            && other.mask.map(m -> mask.get().without(m).isZero()).orElse(true);
    return known
        && other.values.stream()
            .map(each -> each.low().and(mask.get()))
            .allMatch(value -> holdsAll(ElementSet.Interval.of(value)));
  }

  private boolean holdsAll(ElementSet.Interval wanted) {
    return values.stream().anyMatch(v -> v.contains(wanted.low()) && v.contains(wanted.high()));
  }

  private static Allowed of(Expression left, List<ElementSet.Interval> values) {
    Optional<Expression.Binary> masked =
        Optional.of(left)
            .filter(Expression.Binary.class::isInstance)
            .map(Expression.Binary.class::cast)
            .filter(binary -> binary.operator() == Expression.Binary.Operator.AND);
    Optional<Bits> mask = masked.flatMap(binary -> scalar(binary.right()));
    if (mask.isEmpty()) {
      return new Allowed(left, Optional.empty(), values);
    }
    return prefix(masked.get().left(), mask.get(), values)
        .orElseGet(() -> new Allowed(masked.get().left(), mask, values));
  }

  /** An address prefix as the addresses that it holds. */
  private static Optional<Allowed> prefix(
      Expression left, Bits mask, List<ElementSet.Interval> values) {
    if (!(left instanceof Expression.Header)) {
      return Optional.empty();
    }
    int width = ((Expression.Header) left).field().width();
    boolean isPrefix = mask.equals(Bits.prefixMask(mask.bitCount(), width));
    boolean single = values.stream().allMatch(ElementSet.Interval::isSingle);
    Bits rest = Bits.ones(width).without(mask);
    return isPrefix && single
        ? Optional.of(
            new Allowed(
                left,
                Optional.empty(),
                values.stream()
                    .map(v -> new ElementSet.Interval(v.low(), v.low().or(rest)))
                    .toList()))
        : Optional.empty();
  }

  private static Optional<Bits> scalar(Expression expression) {
    return expression instanceof Expression.Constant
            && ((Expression.Constant) expression).value() instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) ((Expression.Constant) expression).value()).bits())
        : Optional.empty();
  }

  private static List<ElementSet.Interval> without(Bits low, Bits high) {
    List<ElementSet.Interval> rest = new ArrayList<>();
    if (!low.isZero()) {
      rest.add(new ElementSet.Interval(Bits.ZERO, low.minus(Bits.of(1))));
    }
    if (high.compareTo(HIGHEST) < 0) {
      rest.add(new ElementSet.Interval(high.plus(Bits.of(1)), HIGHEST));
    }
    return rest;
  }

  private static final class Reader implements Match.Cases<Optional<Allowed>> {
    @Override
    public Optional<Allowed> compare(Match.Compare match) {
      return scalar(match.right())
          .filter(value -> Stable.is(match.left()))
          .map(value -> of(match.left(), values(match.operator(), value)));
    }

    private static List<ElementSet.Interval> values(Match.Operator operator, Bits value) {
      List<ElementSet.Interval> from = without(value, HIGHEST);
      List<ElementSet.Interval> after = without(Bits.ZERO, value);
      switch (operator) {
        case EQUAL:
          return List.of(ElementSet.Interval.of(value));
        case NOT_EQUAL:
          return without(value, value);
        case LESS:
          return from;
        case LESS_OR_EQUAL:
          return List.of(new ElementSet.Interval(Bits.ZERO, value));
        case GREATER:
          return after;
        default:
          return List.of(new ElementSet.Interval(value, HIGHEST));
      }
    }

    @Override
    public Optional<Allowed> range(Match.InRange match) {
      return Stable.is(match.left())
          ? Optional.of(
              of(
                  match.left(),
                  match.negated()
                      ? without(match.low(), match.high())
                      : List.of(new ElementSet.Interval(match.low(), match.high()))))
          : Optional.empty();
    }

    @Override
    public Optional<Allowed> set(Match.InSet match) {
      boolean plain =
          !match.negated()
              && match.set() instanceof SetReference.Anonymous
              && Stable.is(match.left());
      if (!plain) {
        return Optional.empty();
      }
      List<ElementSet.Element> elements =
          ((SetReference.Anonymous) match.set()).elements().elements();
      return elements.stream().allMatch(each -> each.key().size() == 1)
          ? Optional.of(of(match.left(), elements.stream().map(e -> e.key().get(0)).toList()))
          : Optional.empty();
    }

    @Override
    public Optional<Allowed> bits(Match.HasBits match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> all(Match.AllOf match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> any(Match.AnyOf match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> not(Match.Not match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> limit(Match.RateLimit match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> quota(Match.Quota match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> extension(Match.Extension match) {
      return Optional.empty();
    }

    @Override
    public Optional<Allowed> unknown(Match.Unknown match) {
      return Optional.empty();
    }
  }
}
