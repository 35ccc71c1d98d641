package org.rulewalk.parsers.nft;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Source;

/**
 * The names of everything that a rule can look at (nftables: src/proto.c, src/exthdr.c,
 * src/tcpopt.c).
 */
final class Fields {
  /** Words behind which a header field's name stands. */
  static final Set<String> HEADERS =
      Set.of(
          "ether", "vlan", "arp", "ip", "ip6", "icmp", "icmpv6", "igmp", "tcp", "udp", "udplite",
          "sctp", "dccp", "ah", "esp", "comp", "th");

  /** Words that stand for metadata without the word meta. */
  static final Set<String> BARE_META =
      Set.of(
          "mark",
          "iif",
          "iifname",
          "iiftype",
          "oif",
          "oifname",
          "oiftype",
          "skuid",
          "skgid",
          "nftrace",
          "rtclassid",
          "ibriport",
          "obriport",
          "ibridgename",
          "obridgename",
          "pkttype",
          "cpu",
          "iifgroup",
          "oifgroup",
          "cgroup",
          "ibrname",
          "obrname",
          "iifkind",
          "oifkind");

  static final Map<String, TcpOptionField> TCP_OPTIONS =
      Map.ofEntries(
          Map.entry("eol", new TcpOptionField(0, Map.of())),
          Map.entry("nop", new TcpOptionField(1, Map.of())),
          Map.entry("maxseg", new TcpOptionField(2, Map.of("size", new int[] {2, 2}))),
          Map.entry("mss", new TcpOptionField(2, Map.of("size", new int[] {2, 2}))),
          Map.entry("window", new TcpOptionField(3, Map.of("count", new int[] {2, 1}))),
          Map.entry("sack-perm", new TcpOptionField(4, Map.of())),
          Map.entry("sack-permitted", new TcpOptionField(4, Map.of())),
          Map.entry(
              "sack",
              new TcpOptionField(5, Map.of("left", new int[] {2, 4}, "right", new int[] {6, 4}))),
          Map.entry(
              "sack0",
              new TcpOptionField(5, Map.of("left", new int[] {2, 4}, "right", new int[] {6, 4}))),
          Map.entry(
              "sack1",
              new TcpOptionField(5, Map.of("left", new int[] {10, 4}, "right", new int[] {14, 4}))),
          Map.entry(
              "sack2",
              new TcpOptionField(5, Map.of("left", new int[] {18, 4}, "right", new int[] {22, 4}))),
          Map.entry(
              "sack3",
              new TcpOptionField(5, Map.of("left", new int[] {26, 4}, "right", new int[] {30, 4}))),
          Map.entry(
              "timestamp",
              new TcpOptionField(8, Map.of("tsval", new int[] {2, 4}, "tsecr", new int[] {6, 4}))),
          Map.entry("md5sig", new TcpOptionField(19, Map.of())),
          Map.entry("mptcp", new TcpOptionField(30, Map.of())),
          Map.entry("fastopen", new TcpOptionField(34, Map.of())));

  private static final Map<String, Integer> EXTENSIONS =
      Map.of(
          "hbh",
          Protocol.HOP_BY_HOP,
          "rt",
          Protocol.ROUTING,
          "rt0",
          Protocol.ROUTING,
          "rt2",
          Protocol.ROUTING,
          "srh",
          Protocol.ROUTING,
          "frag",
          Protocol.FRAGMENT,
          "dst",
          Protocol.DESTINATION_OPTIONS,
          "mh",
          Protocol.MOBILITY);

  /** An option's number, and place and size in bytes of its fields. */
  record TcpOptionField(int kind, Map<String, int[]> fields) {}

  private Fields() {}

  static Term header(String header, String field) {
    String name =
        header + " " + (field.equals("seq") && header.startsWith("icmp") ? "sequence" : field);
    return HeaderField.ofNftName(name)
        .map(found -> new Term.Field(Expression.of(found), found.type(), found.width()))
        .orElseThrow(() -> new Misread("`" + name + "` is no known header field"));
  }

  static Term meta(String key) {
    String word =
        key.equals("ibridgename") ? "ibrname" : key.equals("obridgename") ? "obrname" : key;
    return MetaKey.ofWord(word)
        .map(found -> new Term.Field(Expression.of(found), found.type(), found.width()))
        .orElseThrow(() -> new Misread("`meta " + key + "` is not known"));
  }

  static Term ct(String key, Optional<CtKey.Direction> direction) {
    String word =
        key.equals("l3proto") || key.equals("protocol") ? key : key.replace("proto_", "proto-");
    CtKey found =
        CtKey.ofWord(word).orElseThrow(() -> new Misread("`ct " + key + "` is not known"));
    return new Term.Field(new Expression.Ct(found, direction), found.type(), found.width());
  }

  static Term fib(List<String> flags, String result) {
    Set<FibQuery.Selector> selectors = new HashSet<>();
    for (String flag : flags) {
      selectors.add(selector(flag));
    }
    switch (result) {
      case "oif":
        return field(selectors, FibQuery.Result.OIF, DataType.IFACE_INDEX, 32);
      case "oifname":
        return field(selectors, FibQuery.Result.OIFNAME, DataType.IFNAME, 128);
      case "type":
        return field(selectors, FibQuery.Result.TYPE, DataType.FIB_ADDRTYPE, 32);
      case "check":
        return field(selectors, FibQuery.Result.PRESENT, DataType.BOOLEAN, 1);
      default:
        throw new Misread("`fib … " + result + "` is not known");
    }
  }

  private static Term field(
      Set<FibQuery.Selector> selectors, FibQuery.Result result, DataType type, int width) {
    return new Term.Field(new Expression.Fib(new FibQuery(selectors, result)), type, width);
  }

  private static FibQuery.Selector selector(String flag) {
    try {
      return FibQuery.Selector.valueOf(flag.toUpperCase(java.util.Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new Misread("`fib " + flag + "` is not known");
    }
  }

  static Term route(String key, Optional<String> family) {
    switch (key) {
      case "classid":
        return new Term.Field(
            new Expression.Route(Expression.Route.Key.CLASSID), DataType.REALM, 32);
      case "mtu":
        return new Term.Field(
            new Expression.Route(Expression.Route.Key.TCP_MSS), DataType.INTEGER, 16);
      case "ipsec":
        return new Term.Field(
            new Expression.Route(Expression.Route.Key.IPSEC), DataType.BOOLEAN, 8);
      case "nexthop":
        boolean six = family.map("ip6"::equals).orElse(false);
        return six
            ? new Term.Field(
                new Expression.Route(Expression.Route.Key.NEXTHOP_IP6), DataType.IPV6_ADDR, 128)
            : new Term.Field(
                new Expression.Route(Expression.Route.Key.NEXTHOP_IP), DataType.IPV4_ADDR, 32);
      default:
        throw new Misread("`rt " + key + "` is not known");
    }
  }

  /** A field of a TCP option, or with an empty name its presence. */
  static Term tcpOption(String option, String field) {
    boolean numbered = !option.isEmpty() && Character.isDigit(option.charAt(0));
    TcpOptionField known =
        numbered
            ? new TcpOptionField((int) Literals.number(option).orElse(0), Map.of())
            : TCP_OPTIONS.get(option);
    if (known == null) {
      throw new Misread("`tcp option " + option + "` is not known");
    }
    if (field.isEmpty()) {
      return new Term.Field(new Expression.TcpOption(known.kind(), 0, 0), DataType.BOOLEAN, 8);
    }
    if (option.equals("mptcp") && field.equals("subtype")) {
      Expression octet = new Expression.TcpOption(known.kind(), 2, 1);
      return new Term.Field(
          new Expression.Binary(
              Expression.Binary.Operator.SHIFT_RIGHT,
              octet,
              Expression.number(4, DataType.INTEGER)),
          DataType.INTEGER,
          4);
    }
    int[] place =
        field.equals("kind")
            ? new int[] {0, 1}
            : field.equals("length") ? new int[] {1, 1} : known.fields().get(field);
    if (place == null) {
      throw new Misread("`tcp option " + option + " " + field + "` is not known");
    }
    return new Term.Field(
        new Expression.TcpOption(known.kind(), place[0], place[1]), DataType.INTEGER, place[1] * 8);
  }

  /** Bits of a TCP option that has no name here: {@code tcp option @255,8,8}. */
  static Term rawTcpOption(int kind, int offset, int width) {
    if (offset % 8 != 0 || width % 8 != 0 || width < 8 || width > 128) {
      throw new Misread("of a TCP option, whole bytes can be read");
    }
    return new Term.Field(
        new Expression.TcpOption(kind, offset / 8, width / 8), DataType.INTEGER, width);
  }

  static boolean isExtension(String word) {
    return EXTENSIONS.containsKey(word);
  }

  /** A field of an IPv6 extension header, or with an empty name its presence. */
  static Term extension(String header, String field) {
    int number = EXTENSIONS.get(header);
    switch (field) {
      case "":
        return new Term.Field(new Expression.Extension(number, 0, 0), DataType.BOOLEAN, 8);
      case "nexthdr":
        return extension(number, 0, 8, DataType.INET_PROTO);
      case "hdrlength":
        return extension(number, 8, 8, DataType.INTEGER);
      case "reserved":
        return reserved(number);
      case "type":
        return extension(
            number, 16, 8, number == Protocol.MOBILITY ? DataType.MH_TYPE : DataType.INTEGER);
      case "seg-left":
        return extension(number, 24, 8, DataType.INTEGER);
      case "frag-off":
        return extension(number, 16, 13, DataType.INTEGER);
      case "reserved2":
        return extension(number, 29, 2, DataType.INTEGER);
      case "more-fragments":
        return extension(number, 31, 1, DataType.INTEGER);
      case "id":
        return extension(number, 32, 32, DataType.INTEGER);
      case "checksum":
        return extension(number, 32, 16, DataType.INTEGER);
      case "last-entry":
        return extension(number, 32, 8, DataType.INTEGER);
      case "flags":
        return extension(number, 40, 8, DataType.INTEGER);
      case "tag":
        return extension(number, 48, 16, DataType.INTEGER);
      case "addr":
        return extension(number, 64, 128, DataType.IPV6_ADDR);
      default:
        return segment(header, number, field);
    }
  }

  private static Term reserved(int number) {
    switch (number) {
      case Protocol.MOBILITY:
        return extension(number, 24, 8, DataType.INTEGER);
      case Protocol.ROUTING:
        return extension(number, 32, 32, DataType.INTEGER);
      default:
        return extension(number, 8, 8, DataType.INTEGER);
    }
  }

  /** {@code addr[1]} and {@code sid[2]}: addresses behind the routing header's first 8 bytes. */
  private static Term segment(String header, int number, String field) {
    boolean listed = (field.startsWith("addr[") || field.startsWith("sid[")) && field.endsWith("]");
    long place =
        listed
            ? Literals.number(field.substring(field.indexOf('[') + 1, field.length() - 1)).orElse(0)
            : 0;
    if (place < 1 || place > 127) {
      throw new Misread("`" + header + " " + field + "` is not known");
    }
    return extension(number, 64 + 128 * ((int) place - 1), 128, DataType.IPV6_ADDR);
  }

  private static Term extension(int number, int offset, int width, DataType type) {
    return new Term.Field(new Expression.Extension(number, offset, width), type, width);
  }

  static Term raw(String base, int offset, int width) {
    if (width < 1 || width > 128 || offset < 0 || offset > 1 << 16) {
      throw new Misread("no such payload");
    }
    HeaderField.Base from;
    switch (base) {
      case "ll":
        from = HeaderField.Base.LINK;
        break;
      case "nh":
        from = HeaderField.Base.NETWORK;
        break;
      case "th":
        from = HeaderField.Base.TRANSPORT;
        break;
      case "ih":
        from = HeaderField.Base.INNER;
        break;
      default:
        throw new Misread("`@" + base + "` is not known");
    }
    return new Term.Field(new Expression.RawPayload(from, offset, width), DataType.INTEGER, width);
  }

  /** Something whose value no capture holds: chance, or what a process or another machine knows. */
  static Term unknowable(String word, String text) {
    boolean chance = word.equals("numgen") || word.endsWith("hash");
    Doubt.Kind kind = chance ? Doubt.Kind.RANDOM : Doubt.Kind.PROCESS;
    boolean name = word.equals("osf");
    DataType type = name ? DataType.STRING : DataType.INTEGER;
    int width = name ? 128 : 32;
    return new Term.Field(
        new Expression.Opaque(text, new Doubt(kind, text, false, Source.NONE)), type, width);
  }
}
