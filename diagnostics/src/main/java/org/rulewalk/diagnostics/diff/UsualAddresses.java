package org.rulewalk.diagnostics.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.flow.LikelyPackets;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.symbolic.PacketClass;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Lines about packets between single hosts: addresses that such packets can't have are left out of
 * their conditions, or counted in, whichever makes them shorter.
 */
public final class UsualAddresses {
  private static final Bits ONE = Bits.of(1);

  private UsualAddresses() {}

  /** The line, for packets of {@link LikelyPackets#usual}. */
  public static PacketClass of(PacketClass line) {
    Map<PacketClass.Property, List<Interval>> conditions = new LinkedHashMap<>();
    line.conditions()
        .forEach((property, values) -> conditions.put(property, shorter(property, values)));
    return new PacketClass(conditions);
  }

  private static List<Interval> shorter(PacketClass.Property property, List<Interval> values) {
    Optional<IpVersion> version = property.field().flatMap(UsualAddresses::version);
    if (version.isEmpty()) {
      return values;
    }
    List<Interval> odd =
        LikelyPackets.odd().stream()
            .filter(prefix -> prefix.version() == version.get())
            .map(UsualAddresses::interval)
            .toList();
    int width = property.width();
    List<Interval> others = rest(values, width);
    List<Interval> without = rest(union(others, odd), width);
    List<Interval> except = rest(union(values, odd), width);
    return except.size() < without.size() && !except.isEmpty() ? rest(except, width) : without;
  }

  private static Optional<IpVersion> version(HeaderField field) {
    switch (field) {
      case IP_SADDR:
      case IP_DADDR:
        return Optional.of(IpVersion.IPV4);
      case IP6_SADDR:
      case IP6_DADDR:
        return Optional.of(IpVersion.IPV6);
      default:
        return Optional.empty();
    }
  }

  private static Interval interval(Prefix prefix) {
    return new Interval(prefix.first().value(), prefix.last().value());
  }

  private static List<Interval> union(List<Interval> one, List<Interval> other) {
    List<Interval> all = new ArrayList<>(one);
    all.addAll(other);
    all.sort(java.util.Comparator.comparing(Interval::low));
    return all;
  }

  /** What intervals, ascending by where they begin, leave out. */
  private static List<Interval> rest(List<Interval> intervals, int width) {
    List<Interval> rest = new ArrayList<>();
    Bits last = Bits.ones(width);
    Bits from = Bits.ZERO;
    for (Interval interval : intervals) {
      if (interval.low().compareTo(from) > 0) {
        rest.add(new Interval(from, interval.low().minus(ONE)));
      }
      if (interval.high().equals(last)) {
        return rest;
      }
      Bits next = interval.high().plus(ONE);
      from = next.compareTo(from) > 0 ? next : from;
    }
    rest.add(new Interval(from, last));
    return rest;
  }
}
