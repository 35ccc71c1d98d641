package org.rulewalk.simulator.compiled;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/** When an expression's value lies in one of some intervals. */
final class FieldConditions {
  private static final int WORD = 32;
  private static final long ALL = 0xffffffffL;

  private FieldConditions() {}

  static Condition within(Expression expression, List<Interval> intervals) {
    if (expression instanceof Expression.Header) {
      return ofField((Expression.Header) expression, intervals);
    }
    if (expression instanceof Expression.Binary) {
      return ofMasked((Expression.Binary) expression, intervals);
    }
    return ofValue(expression, intervals);
  }

  private static Condition ofValue(Expression expression, List<Interval> intervals) {
    return Condition.of(new Column.OfValue(expression), intervals);
  }

  /** A prefix of an address or of a name is a range of whole ones. */
  private static Condition ofMasked(Expression.Binary binary, List<Interval> intervals) {
    Optional<Bits> mask = mask(binary);
    int width = width(binary.left());
    boolean prefix =
        mask.isPresent() && mask.get().equals(Bits.prefixMask(mask.get().bitCount(), width));
    return prefix
        ? within(binary.left(), Intervals.beforeMask(intervals, mask.get(), width))
        : ofValue(binary, intervals);
  }

  private static Optional<Bits> mask(Expression.Binary binary) {
    if (binary.operator() != Expression.Binary.Operator.AND
        || !(binary.right() instanceof Expression.Constant)) {
      return Optional.empty();
    }
    Value value = ((Expression.Constant) binary.right()).value();
    return value instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) value).bits())
        : Optional.empty();
  }

  /** Bits that a value can have at most; 0 where nothing makes sure of it. */
  private static int width(Expression expression) {
    if (expression instanceof Expression.Header) {
      return ((Expression.Header) expression).field().width();
    }
    boolean name =
        expression instanceof Expression.Meta
            && (((Expression.Meta) expression).key() == MetaKey.IIFNAME
                || ((Expression.Meta) expression).key() == MetaKey.OIFNAME);
    return name ? 128 : 0;
  }

  private static Condition ofField(Expression.Header header, List<Interval> intervals) {
    HeaderField field = header.field();
    List<Interval> clipped = Intervals.clipped(intervals, field.width());
    switch (field) {
      case IP_SADDR:
      case IP_DADDR:
        return version(
            0, Condition.of(PacketColumn.address(field == HeaderField.IP_SADDR, 0), clipped));
      case IP6_SADDR:
      case IP6_DADDR:
        return version(1, address(field == HeaderField.IP6_SADDR, clipped));
      default:
        return port(field)
            .map(column -> ofProtocol(field.layer().protocol(), Condition.of(column, clipped)))
            .orElseGet(() -> Condition.of(new Column.OfValue(header), clipped));
    }
  }

  private static Condition version(int version, Condition condition) {
    return both(Condition.of(PacketColumn.VERSION, version, version), condition);
  }

  private static Condition ofProtocol(int protocol, Condition condition) {
    return protocol < 0
        ? condition
        : both(Condition.of(PacketColumn.PROTOCOL, protocol, protocol), condition);
  }

  private static Condition both(Condition single, Condition condition) {
    return single.and(condition).orElseThrow();
  }

  private static Optional<PacketColumn> port(HeaderField field) {
    boolean ports =
        field.layer() == HeaderField.Layer.TH || Protocol.hasPorts(field.layer().protocol());
    if (!ports || field.width() != 16 || field.bitOffset() > 16) {
      return Optional.empty();
    }
    return Optional.of(
        field.bitOffset() == 0 ? PacketColumn.SOURCE_PORT : PacketColumn.DESTINATION_PORT);
  }

  private static Condition address(boolean source, List<Interval> intervals) {
    Condition any = Condition.NEVER;
    for (Interval interval : intervals) {
      any = any.or(words(source, 0, interval.low(), interval.high()));
    }
    return any;
  }

  /** A range of addresses, word by word: the words from {@code word} on lie between two numbers. */
  private static Condition words(boolean source, int word, Bits low, Bits high) {
    Column column = PacketColumn.address(source, word);
    if (word == 3) {
      return Condition.of(column, low, high);
    }
    int below = 96 - WORD * word;
    Bits rest = Bits.ones(below);
    long from = low.shiftRight(below).low() & ALL;
    long to = high.shiftRight(below).low() & ALL;
    if (from == to) {
      return both(
          Condition.of(column, from, to), words(source, word + 1, low.and(rest), high.and(rest)));
    }
    boolean wholeFrom = low.and(rest).isZero();
    boolean wholeTo = high.and(rest).equals(rest);
    long first = wholeFrom ? from : from + 1;
    long last = wholeTo ? to : to - 1;
    Condition any = first <= last ? Condition.of(column, first, last) : Condition.NEVER;
    if (!wholeFrom) {
      any =
          any.or(
              both(Condition.of(column, from, from), words(source, word + 1, low.and(rest), rest)));
    }
    if (!wholeTo) {
      any =
          any.or(
              both(
                  Condition.of(column, to, to),
                  words(source, word + 1, Bits.ZERO, high.and(rest))));
    }
    return any;
  }
}
