package org.rulewalk.simulator.region;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.rulewalk.simulator.rules.DataType;
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

  /** What is known of a test once it was read. */
  private sealed interface Kind {
    /** Looks at no address and no port. */
    record Blind() implements Kind {}

    /** Compares an address or a port with numbers: some pass, all others fail. */
    record Plain(Expression header, boolean address, Intervals passing, Intervals failing)
        implements Kind {}

    /** Anything else. */
    record Other() implements Kind {}
  }

  private final Map<Match, Kind> kinds = new IdentityHashMap<>();

  /** Narrows the region by the test; false if the test is of another kind. */
  boolean narrows(Widening region, Match match, PacketContext context) {
    Kind kind = kinds.get(match);
    if (kind == null) {
      kind = kind(match, context);
      kinds.put(match, kind);
    }
    if (kind instanceof Kind.Plain) {
      narrow(region, (Kind.Plain) kind, context);
    }
    return !(kind instanceof Kind.Other);
  }

  private static void narrow(Widening region, Kind.Plain plain, PacketContext context) {
    Value value = plain.header().evaluate(context);
    if (!(value instanceof Value.Scalar)) {
      return;
    }
    Bits bits = ((Value.Scalar) value).bits();
    if (plain.address()) {
      narrow(region, Field.SOURCE, bits, plain);
      narrow(region, Field.DESTINATION, bits, plain);
    } else {
      narrow(region, Field.PORT, bits, plain);
    }
  }

  private static void narrow(Widening region, Field field, Bits seen, Kind.Plain plain) {
    if (region.box().isOpen(field) && seen.equals(region.point().of(field))) {
      region.asItsOwn(field, plain.passing(), plain.failing());
    }
  }

  private static Kind kind(Match match, PacketContext context) {
    if (isBlind(match)) {
      return new Kind.Blind();
    }
    Optional<Expression> header = header(match);
    return header.isPresent() ? plain(match, header.get(), context) : new Kind.Other();
  }

  private static Kind plain(Match match, Expression header, PacketContext context) {
    boolean address = Cuts.isWholeAddress(header).orElseThrow();
    Intervals all = all(header, address);
    Intervals passing = read(match, all, context);
    return new Kind.Plain(header, address, passing, all.minus(passing));
  }

  private static Intervals all(Expression header, boolean address) {
    int width = ((Expression.Header) header).field().width();
    Field field = address ? Field.SOURCE : Field.PORT;
    return field.all(width == IpVersion.IPV6.addressBits() ? IpVersion.IPV6 : IpVersion.IPV4);
  }

  /** Tests of metadata, routes and states of connections. */
  private static boolean isBlind(Match match) {
    if (match instanceof Match.Compare) {
      return isBlind(((Match.Compare) match).left()) && isBlind(((Match.Compare) match).right());
    }
    if (match instanceof Match.InRange) {
      return isBlind(((Match.InRange) match).left());
    }
    if (match instanceof Match.HasBits) {
      return isBlind(((Match.HasBits) match).left());
    }
    return match instanceof Match.InSet && isBlind(((Match.InSet) match).left());
  }

  private static boolean isBlind(Expression expression) {
    if (expression instanceof Expression.Binary) {
      Expression.Binary binary = (Expression.Binary) expression;
      return isBlind(binary.left()) && isBlind(binary.right());
    }
    return expression instanceof Expression.Meta
        || expression instanceof Expression.Constant
        || expression instanceof Expression.Fib
        || expression instanceof Expression.Ct
            && !Cuts.isAddress(((Expression.Ct) expression).key())
            && !Cuts.isPort(((Expression.Ct) expression).key());
  }

  private static Intervals read(Match match, Intervals all, PacketContext context) {
    Interval with;
    if (match instanceof Match.Compare) {
      Bits number =
          ((Value.Scalar) ((Expression.Constant) ((Match.Compare) match).right()).value()).bits();
      with = Interval.of(number);
    } else {
      with = new Interval(((Match.InRange) match).low(), ((Match.InRange) match).high());
    }
    Bits rest =
        left(match)
            .filter(Expression.Binary.class::isInstance)
            .flatMap(masked -> Cuts.hostBits((Expression.Binary) masked))
            .orElse(Bits.ZERO);
    TreeSet<Bits> cuts = new TreeSet<>();
    for (Bits edge : List.of(with.low(), with.high())) {
      cuts.add(edge.without(rest));
      if (edge.or(rest).compareTo(Bits.ones(WIDEST)) < 0) {
        cuts.add(edge.or(rest).plus(Bits.of(1)));
      }
    }
    return all.where(cuts, number -> of(match, number).test(context) == Truth.YES);
  }

  /** The test with a number in the place of the header. */
  private static Match of(Match match, Bits number) {
    Expression header = constant(number);
    Expression left = left(match).orElseThrow();
    if (left instanceof Expression.Binary) {
      Expression.Binary masked = (Expression.Binary) left;
      header = new Expression.Binary(masked.operator(), header, masked.right());
    }
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return new Match.InRange(header, range.negated(), range.low(), range.high());
    }
    Match.Compare compare = (Match.Compare) match;
    return new Match.Compare(header, compare.operator(), compare.right());
  }

  private static Expression constant(Bits number) {
    return Expression.number(number, DataType.INTEGER);
  }

  /** What is compared with a number of the rule. */
  private static Optional<Expression> left(Match match) {
    if (match instanceof Match.InRange) {
      return Optional.of(((Match.InRange) match).left());
    }
    boolean number =
        match instanceof Match.Compare
            && ((Match.Compare) match).right() instanceof Expression.Constant
            && ((Expression.Constant) ((Match.Compare) match).right()).value()
                instanceof Value.Scalar;
    return number ? Optional.of(((Match.Compare) match).left()) : Optional.empty();
  }

  /** The address or port that is compared, whole or without its last bits. */
  private static Optional<Expression> header(Match match) {
    return left(match)
        .map(
            left ->
                left instanceof Expression.Binary
                        && Cuts.hostBits((Expression.Binary) left).isPresent()
                    ? ((Expression.Binary) left).left()
                    : left)
        .filter(Expression.Header.class::isInstance)
        .filter(header -> Cuts.isWholeAddress(header).isPresent());
  }
}
