package org.rulewalk.parsers.iptables;

import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Comparisons that many options share. */
final class Basics {
  private Basics() {}

  static Expression source(IpVersion version) {
    return Expression.of(version == IpVersion.IPV4 ? HeaderField.IP_SADDR : HeaderField.IP6_SADDR);
  }

  static Expression destination(IpVersion version) {
    return Expression.of(version == IpVersion.IPV4 ? HeaderField.IP_DADDR : HeaderField.IP6_DADDR);
  }

  static Match address(Expression field, IpVersion version, Values.Masked wanted, boolean negated) {
    DataType type = DataType.ofAddress(version);
    boolean exact = wanted.mask().equals(Bits.ones(version.addressBits()));
    return exact
        ? Match.equal(field, negated, wanted.value(), type)
        : Match.masked(field, negated, wanted.value(), wanted.mask(), type);
  }

  /** {@code eth0}, or {@code vif+} for all names that begin so. */
  static Match device(MetaKey key, String name, boolean negated) {
    Expression field = Expression.of(key);
    if (!name.endsWith("+")) {
      return Match.equal(field, negated, Bits.ofName(name), DataType.IFNAME);
    }
    String stem = name.substring(0, name.length() - 1);
    Bits mask = Bits.ones(128).without(Bits.ones((16 - Math.min(16, stem.length())) * 8));
    return Match.masked(field, negated, Bits.ofName(stem), mask, DataType.IFNAME);
  }

  /** The upper-layer protocol: behind the extension headers for IPv6. */
  static Match protocol(IpVersion version, int number, boolean negated) {
    Expression field =
        version == IpVersion.IPV4
            ? Expression.of(HeaderField.IP_PROTOCOL)
            : Expression.of(MetaKey.L4PROTO);
    return Match.equal(field, negated, Bits.of(number), DataType.INET_PROTO);
  }

  static Match within(Expression field, Interval interval, boolean negated, DataType type) {
    return interval.isSingle()
        ? Match.equal(field, negated, interval.low(), type)
        : new Match.InRange(field, negated, interval.low(), interval.high());
  }

  /** {@code (field & mask) == value}, where the value's bits outside the mask count too. */
  static Match mark(Expression field, Values.Mark mark, boolean negated) {
    Expression left =
        mark.mask() == 0xffffffffL ? field : field.masked(Bits.of(mark.mask()), DataType.MARK);
    return Match.equal(left, negated, Bits.of(mark.value()), DataType.MARK);
  }
}
