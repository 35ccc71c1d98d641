package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/** What iptables' match extensions mean, one entry a name (man 8 iptables-extensions). */
final class Matches {
  /** Reads the options of one match. */
  interface Reader {
    List<Statement> read(Arguments arguments, IpVersion version);
  }

  private static final Map<String, Reader> BY_NAME = new HashMap<>();

  static {
    BY_NAME.put("tcp", Matches::tcp);
    ports("udp", HeaderField.UDP_SPORT, HeaderField.UDP_DPORT);
    ports("udplite", HeaderField.UDPLITE_SPORT, HeaderField.UDPLITE_DPORT);
    BY_NAME.put(
        "icmp",
        (a, v) -> IcmpTypes.match(a, HeaderField.ICMP_TYPE, HeaderField.ICMP_CODE, "icmp-type"));
    Reader icmp6 =
        (a, v) ->
            IcmpTypes.match(a, HeaderField.ICMPV6_TYPE, HeaderField.ICMPV6_CODE, "icmpv6-type");
    BY_NAME.put("icmp6", icmp6);
    BY_NAME.put("icmpv6", icmp6);
    BY_NAME.put("ipv6-icmp", icmp6);
    BY_NAME.put("multiport", Matches::multiport);
    BY_NAME.put("conntrack", ConntrackOptions::read);
    BY_NAME.put("state", ConntrackOptions::read);
    BY_NAME.put("comment", Matches::comment);
    BY_NAME.put("mark", (a, v) -> mark(a, Expression.of(MetaKey.MARK)));
    BY_NAME.put(
        "connmark", (a, v) -> mark(a, Expression.of(org.rulewalk.simulator.rules.CtKey.MARK)));
    BY_NAME.put("limit", Matches::limit);
    BY_NAME.put("length", Matches::length);
    BY_NAME.put("pkttype", Matches::packetType);
    BY_NAME.put("iprange", Matches::addressRange);
    BY_NAME.put("ttl", (a, v) -> ttl(a, HeaderField.IP_TTL, "ttl"));
    BY_NAME.put("hl", (a, v) -> ttl(a, HeaderField.IP6_HOPLIMIT, "hl"));
    BY_NAME.put("tos", Matches::tos);
    BY_NAME.put("dscp", Matches::dscp);
    BY_NAME.put("addrtype", AddressTypes::read);
    BY_NAME.put("rpfilter", Matches::reversePath);
    BY_NAME.put("set", Matches::set);
    BY_NAME.put("statistic", Matches::statistic);
    BY_NAME.put("u32", Matches::u32);
    BY_NAME.put("mac", Matches::mac);
    BY_NAME.put("devgroup", Matches::deviceGroup);
    BY_NAME.put("owner", Matches::owner);
    HeaderMatches.register(BY_NAME);
    Ip6Matches.register(BY_NAME);
    UnseenMatches.register(BY_NAME);
  }

  private Matches() {}

  private static void ports(String name, HeaderField source, HeaderField destination) {
    BY_NAME.put(name, (arguments, version) -> ports(arguments, source, destination));
  }

  private static List<Statement> unknown(Doubt.Kind kind, boolean likely, String text) {
    return List.of(new Match.Unknown(text, new Doubt(kind, text, likely, Source.NONE)));
  }

  static Optional<Reader> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static List<Statement> ports(Arguments a, HeaderField source, HeaderField destination) {
    List<Statement> matches = new ArrayList<>();
    a.take("sport", "source-port").ifPresent(o -> matches.add(port(source, o)));
    a.take("dport", "destination-port").ifPresent(o -> matches.add(port(destination, o)));
    return matches;
  }

  private static Match port(HeaderField field, Arguments.Option option) {
    return Basics.within(
        Expression.of(field),
        Values.ports(option.value()),
        option.negated(),
        DataType.INET_SERVICE);
  }

  private static List<Statement> tcp(Arguments a, IpVersion version) {
    List<Statement> matches =
        new ArrayList<>(ports(a, HeaderField.TCP_SPORT, HeaderField.TCP_DPORT));
    a.take("tcp-flags").ifPresent(o -> matches.add(TcpFlagWords.match(o)));
    a.take("syn").ifPresent(o -> matches.add(TcpFlagWords.syn(o.negated())));
    a.take("tcp-option")
        .ifPresent(
            o ->
                matches.add(
                    new Match.Extension(
                        new XtMatch.TcpOptionPresent(
                            (int) Values.number(o.value()), o.negated()))));
    return matches;
  }

  private static List<Statement> multiport(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>();
    a.take("sports", "source-ports").ifPresent(o -> matches.add(in(HeaderField.TH_SPORT, o)));
    a.take("dports", "destination-ports").ifPresent(o -> matches.add(in(HeaderField.TH_DPORT, o)));
    a.take("ports")
        .ifPresent(
            o -> {
              List<Match> both = List.of(in(HeaderField.TH_SPORT, o), in(HeaderField.TH_DPORT, o));
              matches.add(o.negated() ? new Match.AllOf(both) : new Match.AnyOf(both));
            });
    return matches;
  }

  private static Match in(HeaderField field, Arguments.Option option) {
    ElementSet ports = Values.portSet(option.value());
    return new Match.InSet(
        Expression.of(field), option.negated(), new SetReference.Anonymous(ports));
  }

  private static List<Statement> comment(Arguments a, IpVersion version) {
    String text = a.need("comment").value();
    return List.of(new Statement.Note(Statement.Note.Kind.OTHER, "comment " + text, 0, 0));
  }

  private static List<Statement> mark(Arguments a, Expression field) {
    Arguments.Option option = a.need("mark");
    return List.of(Basics.mark(field, Values.mark(option.value()), option.negated()));
  }

  private static List<Statement> limit(Arguments a, IpVersion version) {
    String rate = a.take("limit").map(Arguments.Option::value).orElse("3/hour");
    long burst = a.take("limit-burst").map(o -> Values.number(o.value())).orElse(5L);
    int slash = rate.indexOf('/');
    long amount = Values.number(slash < 0 ? rate : rate.substring(0, slash));
    String unit = slash < 0 ? "second" : rate.substring(slash + 1);
    long seconds = seconds(unit);
    return List.of(new Match.RateLimit(amount, seconds, burst, false, false, "limit " + rate));
  }

  private static long seconds(String unit) {
    for (String known : List.of("second", "minute", "hour", "day")) {
      if (!unit.isEmpty() && known.startsWith(unit) || unit.equals(known.substring(0, 3))) {
        return known.equals("second")
            ? 1
            : known.equals("minute") ? 60 : known.equals("hour") ? 3600 : 86400;
      }
    }
    throw new Misread("`" + unit + "` is no unit of time");
  }

  private static List<Statement> length(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("length");
    Expression field =
        version == IpVersion.IPV4
            ? Expression.of(HeaderField.IP_LENGTH)
            : Expression.of(MetaKey.LENGTH);
    Interval range = Values.range(option.value(), ':', 65535, Values::number);
    return List.of(Basics.within(field, range, option.negated(), DataType.INTEGER));
  }

  private static List<Statement> packetType(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("pkt-type");
    Map<String, Integer> words =
        Map.of(
            "UNICAST",
            0,
            "HOST",
            0,
            "BROADCAST",
            1,
            "BCAST",
            1,
            "MULTICAST",
            2,
            "MCAST",
            2,
            "OTHERHOST",
            3);
    int type = Values.bits(option.value(), words);
    return List.of(
        Match.equal(
            Expression.of(MetaKey.PKTTYPE), option.negated(), Bits.of(type), DataType.PKT_TYPE));
  }

  private static List<Statement> addressRange(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>();
    a.take("src-range").ifPresent(o -> matches.add(range(Basics.source(version), o, version)));
    a.take("dst-range").ifPresent(o -> matches.add(range(Basics.destination(version), o, version)));
    return matches;
  }

  private static Match range(Expression field, Arguments.Option option, IpVersion version) {
    String text = option.value();
    int dash = text.indexOf('-');
    String low = dash < 0 ? text : text.substring(0, dash);
    String high = dash < 0 ? text : text.substring(dash + 1);
    return new Match.InRange(
        field,
        option.negated(),
        Values.plainAddress(low, version).value(),
        Values.plainAddress(high, version).value());
  }

  private static List<Statement> ttl(Arguments a, HeaderField field, String prefix) {
    List<Statement> matches = new ArrayList<>();
    a.take(prefix + "-eq", prefix)
        .ifPresent(o -> matches.add(compare(field, Match.Operator.EQUAL, o)));
    a.take(prefix + "-lt").ifPresent(o -> matches.add(compare(field, Match.Operator.LESS, o)));
    a.take(prefix + "-gt").ifPresent(o -> matches.add(compare(field, Match.Operator.GREATER, o)));
    return matches;
  }

  private static Match compare(
      HeaderField field, Match.Operator operator, Arguments.Option option) {
    Match.Operator wanted = option.negated() ? Match.Operator.NOT_EQUAL : operator;
    return new Match.Compare(
        Expression.of(field),
        wanted,
        Expression.number(Values.number(option.value()), field.type()));
  }

  private static List<Statement> tos(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("tos");
    Values.Mark tos = TosWords.read(option.value());
    Expression field =
        Expression.of(version == IpVersion.IPV4 ? HeaderField.IP_TOS : HeaderField.IP6_TCLASS);
    Expression left =
        tos.mask() == 0xff ? field : field.masked(Bits.of(tos.mask()), DataType.INTEGER);
    return List.of(Match.equal(left, option.negated(), Bits.of(tos.value()), DataType.INTEGER));
  }

  private static List<Statement> dscp(Arguments a, IpVersion version) {
    Arguments.Option option = a.take("dscp").orElseGet(() -> a.need("dscp-class"));
    HeaderField field = version == IpVersion.IPV4 ? HeaderField.IP_DSCP : HeaderField.IP6_DSCP;
    return List.of(
        Match.equal(
            Expression.of(field),
            option.negated(),
            Bits.of(TosWords.dscp(option.value())),
            DataType.DSCP));
  }

  private static List<Statement> reversePath(Arguments a, IpVersion version) {
    return List.of(
        new Match.Extension(
            new XtMatch.ReversePath(
                a.has("loose"), a.has("validmark"), a.has("accept-local"), a.has("invert"))));
  }

  private static List<Statement> set(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("match-set", "set");
    if (option.values().size() < 2) {
      throw new Misread("`--match-set` needs a name and directions");
    }
    List<Boolean> fromSource = new ArrayList<>();
    for (String direction : option.values().get(1).split(",")) {
      fromSource.add(direction.equals("src"));
    }
    a.has("return-nomatch");
    a.take("update-counters");
    a.take("update-subcounters");
    List<Statement> matches = new ArrayList<>();
    matches.add(
        new Match.Extension(
            new XtMatch.SetMembership(
                option.value(), fromSource, option.negated(), a.textWithout(option))));
    for (String counted :
        List.of("packets-eq", "packets-lt", "packets-gt", "bytes-eq", "bytes-lt", "bytes-gt")) {
      if (a.has(counted)) {
        matches.addAll(unknown(Doubt.Kind.USED_AMOUNT, false, "set " + a.text()));
      }
    }
    return matches;
  }

  private static List<Statement> statistic(Arguments a, IpVersion version) {
    String mode = a.need("mode").value();
    Optional<Arguments.Option> probability = a.take("probability");
    if (mode.equals("random") && probability.isPresent()) {
      double share;
      try {
        share = Double.parseDouble(probability.get().value());
      } catch (NumberFormatException e) {
        throw new Misread("`" + probability.get().value() + "` is no probability");
      }
      long scaled = Math.round(share * 0x80000000L);
      return List.of(
          new Match.Extension(
              new XtMatch.Chance(scaled, probability.get().negated(), "statistic " + a.text())));
    }
    boolean negated = a.take("every").map(Arguments.Option::negated).orElse(false);
    a.take("packet");
    return unknown(Doubt.Kind.HISTORY, negated, "statistic " + a.text());
  }

  private static List<Statement> u32(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("u32");
    return List.of(
        new Match.Extension(new XtMatch.U32(U32Text.read(option.value()), option.negated())));
  }

  private static List<Statement> mac(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("mac-source", "mac");
    if (option.value().chars().allMatch(c -> c == 'X' || c == 'x' || c == ':')) {
      // written over before somebody published the dump
      return unknown(Doubt.Kind.MISSING_FILE, option.negated(), "mac " + a.text());
    }
    MacAddress mac =
        MacAddress.parse(option.value().toLowerCase(java.util.Locale.ROOT))
            .orElseThrow(() -> new Misread("`" + option.value() + "` is no Ethernet address"));
    return List.of(
        Match.equal(
            Expression.of(HeaderField.ETHER_SADDR),
            option.negated(),
            Bits.of(mac.value()),
            DataType.ETHER_ADDR));
  }

  private static List<Statement> deviceGroup(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>();
    a.take("src-group").ifPresent(o -> matches.add(group(MetaKey.IIFGROUP, o)));
    a.take("dst-group").ifPresent(o -> matches.add(group(MetaKey.OIFGROUP, o)));
    return matches;
  }

  private static Match group(MetaKey key, Arguments.Option option) {
    Values.Mark group =
        option.value().equals("default")
            ? new Values.Mark(0, 0xffffffffL)
            : Values.mark(option.value());
    return Basics.mark(Expression.of(key), group, option.negated());
  }

  /** Without a socket the negated test holds, unlike nft's (net/netfilter/xt_owner.c). */
  private static List<Statement> owner(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>();
    a.take("uid-owner").ifPresent(o -> matches.add(owner(MetaKey.SKUID, o)));
    a.take("gid-owner").ifPresent(o -> matches.add(owner(MetaKey.SKGID, o)));
    if (a.has("socket-exists") || a.has("suppl-groups")) {
      String asked = a.textOf("socket-exists", "suppl-groups");
      matches.addAll(unknown(Doubt.Kind.PROCESS, true, "owner " + asked));
    }
    return matches;
  }

  private static Match owner(MetaKey key, Arguments.Option option) {
    Interval ids =
        Values.range(
            option.value(),
            '-',
            0xffffffffL,
            text -> text.equals("root") ? 0 : Values.number(text));
    Match match = Basics.within(Expression.of(key), ids, false, key.type());
    return option.negated() ? new Match.Not(match) : match;
  }
}
