package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Ip6HeaderMatch;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.Headers.Kind;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.Range;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.SegmentRouting;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.SegmentRouting.SegmentTest;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** ip6tables' matches of extension headers; {@code ah} is in both tools. */
final class Ip6Matches {
  private static final long NUMBER = 0xffffffffL;
  private static final Map<String, Kind> HEADERS =
      Map.ofEntries(
          Map.entry("hop", Kind.HOP_BY_HOP),
          Map.entry("hop-by-hop", Kind.HOP_BY_HOP),
          Map.entry("0", Kind.HOP_BY_HOP),
          Map.entry("dst", Kind.DESTINATION),
          Map.entry("ipv6-opts", Kind.DESTINATION),
          Map.entry("60", Kind.DESTINATION),
          Map.entry("route", Kind.ROUTING),
          Map.entry("ipv6-route", Kind.ROUTING),
          Map.entry("43", Kind.ROUTING),
          Map.entry("frag", Kind.FRAGMENT),
          Map.entry("ipv6-frag", Kind.FRAGMENT),
          Map.entry("44", Kind.FRAGMENT),
          Map.entry("auth", Kind.AUTHENTICATION),
          Map.entry("ah", Kind.AUTHENTICATION),
          Map.entry("51", Kind.AUTHENTICATION),
          Map.entry("esp", Kind.ENCRYPTION),
          Map.entry("50", Kind.ENCRYPTION),
          Map.entry("none", Kind.NONE),
          Map.entry("ipv6-nonxt", Kind.NONE),
          Map.entry("59", Kind.NONE),
          Map.entry("prot", Kind.PROTOCOL),
          Map.entry("protocol", Kind.PROTOCOL));

  private static final Map<String, Integer> MOBILITY =
      Map.ofEntries(
          Map.entry("binding-refresh-request", 0),
          Map.entry("brr", 0),
          Map.entry("home-test-init", 1),
          Map.entry("hoti", 1),
          Map.entry("careof-test-init", 2),
          Map.entry("coti", 2),
          Map.entry("home-test", 3),
          Map.entry("hot", 3),
          Map.entry("careof-test", 4),
          Map.entry("cot", 4),
          Map.entry("binding-update", 5),
          Map.entry("bu", 5),
          Map.entry("binding-acknowledgement", 6),
          Map.entry("ba", 6),
          Map.entry("binding-error", 7),
          Map.entry("be", 7));

  private Ip6Matches() {}

  static void register(Map<String, Matches.Reader> readers) {
    readers.put("ah", Ip6Matches::authentication);
    readers.put("frag", (a, v) -> fragment(a));
    readers.put("hbh", (a, v) -> options(a, "hbh", Protocol.HOP_BY_HOP));
    readers.put("dst", (a, v) -> options(a, "dst", Protocol.DESTINATION_OPTIONS));
    readers.put("rt", (a, v) -> routing(a));
    readers.put("ipv6header", (a, v) -> headers(a));
    readers.put("eui64", (a, v) -> HeaderMatches.extension(new Ip6HeaderMatch.Eui64()));
    readers.put("mh", (a, v) -> mobility(a));
    readers.put("mobility-header", (a, v) -> mobility(a));
    readers.put("ipv6-mh", (a, v) -> mobility(a));
    readers.put("srh", (a, v) -> segmentRouting(a));
  }

  private static Optional<Range> range(Arguments a, String option, long most) {
    return a.take(option)
        .map(
            o -> {
              Interval interval = Values.range(o.value(), ':', most, Values::number);
              return new Range(interval.low().low(), interval.high().low(), o.negated());
            });
  }

  private static List<Statement> authentication(Arguments a, IpVersion version) {
    if (version == IpVersion.IPV4) {
      return HeaderMatches.index(a, "ahspi", HeaderField.AH_SPI, NUMBER);
    }
    return HeaderMatches.extension(
        new Ip6HeaderMatch.Authentication(
            range(a, "ahspi", NUMBER), range(a, "ahlen", NUMBER), a.has("ahres")));
  }

  private static List<Statement> fragment(Arguments a) {
    // the kernel ignores the length
    a.take("fraglen");
    return HeaderMatches.extension(
        new Ip6HeaderMatch.Fragment(
            range(a, "fragid", NUMBER),
            a.has("fragres"),
            a.has("fragfirst"),
            a.has("fragmore"),
            a.has("fraglast")));
  }

  private static List<Statement> options(Arguments a, String name, int header) {
    List<Ip6HeaderMatch.Options.Option> options = new ArrayList<>();
    a.take(name + "-opts")
        .ifPresent(
            o -> {
              for (String item : o.value().split(",")) {
                int colon = item.indexOf(':');
                int type = (int) Values.number(colon < 0 ? item : item.substring(0, colon));
                Optional<Integer> length =
                    colon < 0
                        ? Optional.empty()
                        : Optional.of((int) Values.number(item.substring(colon + 1)));
                options.add(new Ip6HeaderMatch.Options.Option(type, length));
              }
            });
    // takes no effect in the kernel
    a.has(name + "-not-strict");
    return HeaderMatches.extension(
        new Ip6HeaderMatch.Options(header, range(a, name + "-len", NUMBER), options));
  }

  private static List<Statement> routing(Arguments a) {
    List<IpAddress> addresses = new ArrayList<>();
    a.take("rt-0-addrs")
        .ifPresent(
            o -> {
              for (String item : o.value().split(",")) {
                addresses.add(Values.plainAddress(item, IpVersion.IPV6));
              }
            });
    return HeaderMatches.extension(
        new Ip6HeaderMatch.Routing(
            range(a, "rt-type", NUMBER),
            range(a, "rt-segsleft", NUMBER),
            range(a, "rt-len", NUMBER),
            a.has("rt-0-res"),
            addresses,
            a.has("rt-0-not-strict")));
  }

  private static List<Statement> headers(Arguments a) {
    Arguments.Option option = a.need("header");
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String word : option.value().split(",")) {
      Kind kind = HEADERS.get(word.toLowerCase(Locale.ROOT));
      if (kind == null) {
        throw new Misread("`" + word + "` is no IPv6 header");
      }
      kinds.add(kind);
    }
    return HeaderMatches.extension(
        new Ip6HeaderMatch.Headers(kinds, option.negated(), a.has("soft")));
  }

  private static List<Statement> mobility(Arguments a) {
    Match mobility =
        Match.equal(
            Expression.of(MetaKey.L4PROTO), false, Bits.of(Protocol.MOBILITY), DataType.INET_PROTO);
    Optional<Arguments.Option> option = a.take("mh-type");
    if (option.isEmpty()) {
      return List.of(mobility);
    }
    Interval types = Values.range(option.get().value(), ':', 255, Ip6Matches::mobilityType);
    Expression field = new Expression.RawPayload(HeaderField.Base.TRANSPORT, 16, 8);
    return List.of(mobility, Basics.within(field, types, option.get().negated(), DataType.INTEGER));
  }

  private static long mobilityType(String word) {
    Integer named = MOBILITY.get(word.toLowerCase(Locale.ROOT));
    return named != null ? named : Values.number(word);
  }

  private static List<Statement> segmentRouting(Arguments a) {
    List<SegmentRouting.FieldTest> fields = new ArrayList<>();
    a.take("srh-next-hdr")
        .ifPresent(
            o -> {
              int number = Values.protocol(o.value());
              fields.add(
                  new SegmentRouting.FieldTest(0, 1, new Range(number, number, o.negated())));
            });
    compared(a, "srh-hdr-len", 1, fields);
    compared(a, "srh-segs-left", 3, fields);
    compared(a, "srh-last-entry", 4, fields);
    a.take("srh-tag")
        .ifPresent(
            o -> {
              // the tools store it in the machine's byte order, the packet has the network's
              long tag = Short.toUnsignedInt(Short.reverseBytes((short) Values.number(o.value())));
              fields.add(new SegmentRouting.FieldTest(6, 2, new Range(tag, tag, o.negated())));
            });
    List<SegmentTest> segments = new ArrayList<>();
    segment(a, "srh-psid", SegmentTest.Which.PREVIOUS, segments);
    segment(a, "srh-nsid", SegmentTest.Which.NEXT, segments);
    segment(a, "srh-lsid", SegmentTest.Which.LAST, segments);
    return HeaderMatches.extension(new SegmentRouting(fields, segments));
  }

  private static void compared(
      Arguments a, String name, int offset, List<SegmentRouting.FieldTest> fields) {
    a.take(name + "-eq").ifPresent(o -> fields.add(field(offset, o, 0, 0)));
    a.take(name + "-gt").ifPresent(o -> fields.add(field(offset, o, 1, NUMBER)));
    a.take(name + "-lt").ifPresent(o -> fields.add(field(offset, o, -NUMBER, -1)));
  }

  /** Values from {@code number + first} to {@code number + last}. */
  private static SegmentRouting.FieldTest field(
      int offset, Arguments.Option option, long first, long last) {
    long number = Values.number(option.value());
    return new SegmentRouting.FieldTest(
        offset, 1, new Range(number + first, number + last, option.negated()));
  }

  private static void segment(
      Arguments a, String name, SegmentTest.Which which, List<SegmentTest> segments) {
    a.take(name)
        .ifPresent(
            o -> {
              Values.Masked prefix = Values.address(o.value(), IpVersion.IPV6);
              segments.add(new SegmentTest(which, prefix.value(), prefix.mask(), o.negated()));
            });
  }
}
