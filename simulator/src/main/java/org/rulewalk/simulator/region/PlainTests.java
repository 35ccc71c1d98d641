package org.rulewalk.simulator.region;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Tests that compare one address or port with numbers written in the rule: most of all tests. The
 * numbers that pass are worked out once a test.
 */
final class PlainTests {
  private static final int WIDEST = 128;

  private final Map<Match, Optional<Intervals>> passing = new IdentityHashMap<>();

  /** Narrows the region by the test; false if the test is of another kind. */
  boolean narrows(Widening region, Match match, PacketContext context) {
    Optional<Intervals> pass = passing.get(match);
    if (pass == null) {
      pass = read(match, context);
      passing.put(match, pass);
    }
    if (pass.isEmpty()) {
      return false;
    }
    Expression header = header(match).orElseThrow();
    Value value = header.evaluate(context);
    if (!(value instanceof Value.Scalar)) {
      return true;
    }
    Bits bits = ((Value.Scalar) value).bits();
    boolean address = Cuts.isWholeAddress(header).orElseThrow();
    for (Field field : region.open()) {
      if ((field != Field.PORT) == address && bits.equals(region.point().of(field))) {
        region.inOrOut(field, pass.get());
      }
    }
    return true;
  }

  private static Optional<Intervals> read(Match match, PacketContext context) {
    Optional<Expression> header = header(match);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Interval with;
    if (match instanceof Match.Compare) {
      Bits number =
          ((Value.Scalar) ((Expression.Constant) ((Match.Compare) match).right()).value()).bits();
      with = Interval.of(number);
    } else {
      with = new Interval(((Match.InRange) match).low(), ((Match.InRange) match).high());
    }
    TreeSet<Bits> cuts = new TreeSet<>(List.of(with.low()));
    if (with.high().compareTo(Bits.ones(WIDEST)) < 0) {
      cuts.add(with.high().plus(Bits.of(1)));
    }
    boolean address = Cuts.isWholeAddress(header.get()).orElseThrow();
    int width = ((Expression.Header) header.get()).field().width();
    Field field = address ? Field.SOURCE : Field.PORT;
    IpVersion version = width == IpVersion.IPV6.addressBits() ? IpVersion.IPV6 : IpVersion.IPV4;
    return Optional.of(
        field.all(version).where(cuts, number -> of(match, number).test(context) == Truth.YES));
  }

  /** The test with a number in the place of the header. */
  private static Match of(Match match, Bits number) {
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return new Match.InRange(constant(number), range.negated(), range.low(), range.high());
    }
    Match.Compare compare = (Match.Compare) match;
    return new Match.Compare(constant(number), compare.operator(), compare.right());
  }

  private static Expression constant(Bits number) {
    return Expression.number(number, org.rulewalk.simulator.rules.DataType.INTEGER);
  }

  private static Optional<Expression> header(Match match) {
    Optional<Expression> left = Optional.empty();
    if (match instanceof Match.Compare
        && ((Match.Compare) match).right() instanceof Expression.Constant
        && ((Expression.Constant) ((Match.Compare) match).right()).value()
            instanceof Value.Scalar) {
      left = Optional.of(((Match.Compare) match).left());
    } else if (match instanceof Match.InRange) {
      left = Optional.of(((Match.InRange) match).left());
    }
    return left.filter(Expression.Header.class::isInstance)
        .filter(header -> Cuts.isWholeAddress(header).isPresent());
  }
}
