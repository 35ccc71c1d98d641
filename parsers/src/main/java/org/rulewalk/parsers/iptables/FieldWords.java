package org.rulewalk.parsers.iptables;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;

/** The options of iptables that compare one field. */
final class FieldWords {
  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          Protocol.ICMP, "icmp",
          Protocol.TCP, "tcp",
          Protocol.UDP, "udp",
          Protocol.ESP, "esp",
          Protocol.AH, "ah",
          Protocol.ICMPV6, "ipv6-icmp",
          Protocol.SCTP, "sctp",
          Protocol.UDPLITE, "udplite",
          Protocol.MOBILITY, "ipv6-mh");

  private static final List<String> PACKET_TYPES =
      List.of("unicast", "broadcast", "multicast", "otherhost");

  private static final List<String> FLAGS =
      List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");

  private static final Bits PORTS = Bits.ones(16);
  private static final long CONGESTION = 0xc0;

  private final IpVersion version;
  private final List<Part> before;

  FieldWords(IpVersion version, List<Part> before) {
    this.version = version;
    this.before = before;
  }

  /**
   * A comparison.
   *
   * @param mask the bits that count; empty for all
   * @param low lowest value, or the only one
   */
  record Test(Expression field, Optional<Bits> mask, boolean negated, Bits low, Bits high) {
    private String not() {
      return MatchWords.not(negated);
    }

    private String masked() {
      return StatementWords.hex(low.low())
          + mask.map(bits -> "/" + StatementWords.hex(bits.low())).orElse("");
    }

    private boolean isPlain() {
      return mask.isEmpty();
    }
  }

  /** Two ports, or one. */
  static String ports(Bits low, Bits high) {
    return low.toInt() + (low.equals(high) ? "" : ":" + high.toInt());
  }

  private static String numbers(Bits low, Bits high, String sign) {
    return Long.toUnsignedString(low.low())
        + (low.equals(high) ? "" : sign + Long.toUnsignedString(high.low()));
  }

  /** A test for one value. */
  Part of(Test test) {
    if (test.field() instanceof Expression.Header) {
      return header(test, ((Expression.Header) test.field()).field());
    }
    if (test.field() instanceof Expression.Meta) {
      return meta(test, ((Expression.Meta) test.field()).key());
    }
    if (test.field().equals(Expression.of(CtKey.MARK))) {
      return Part.match("connmark", test.not() + "--mark " + test.masked());
    }
    if (test.field().equals(new Expression.Route(Expression.Route.Key.CLASSID))) {
      return Part.match("realm", test.not() + "--realm " + test.masked());
    }
    return isMobilityType(test)
        ? Part.match("mh", test.not() + "--mh-type " + test.low().low(), 1)
        : MatchWords.refuse();
  }

  private static boolean isMobilityType(Test test) {
    return test.field().equals(new Expression.RawPayload(HeaderField.Base.TRANSPORT, 16, 8));
  }

  private Part header(Test test, HeaderField field) {
    switch (field) {
      case IP_SADDR:
      case IP6_SADDR:
        return address(test, "-s ");
      case IP_DADDR:
      case IP6_DADDR:
        return address(test, "-d ");
      case IP_PROTOCOL:
        return protocol(test);
      case IP_FRAG_OFF:
        return Part.basic(MatchWords.not(!test.negated()) + "-f");
      case TCP_FLAGS:
        return flags(test);
      case ETHER_SADDR:
        return Part.match(
            "mac", test.not() + "--mac-source " + macText(new MacAddress(test.low().low())));
      case IP_TOS:
      case IP6_TCLASS:
        return Part.match("tos", test.not() + "--tos " + test.masked());
      case IP_DSCP:
      case IP6_DSCP:
        return Part.match("dscp", test.not() + "--dscp " + test.masked());
      case IP_ECN:
      case IP6_ECN:
        return Part.match("ecn", test.not() + "--ecn-ip-ect " + test.low().low(), 0);
      case IP_TTL:
      case IP6_HOPLIMIT:
        return ttl(test, field, "eq");
      case COMP_FLAGS:
        return Part.match("ipcomp", "--compres", 1);
      default:
        return spanned(test, field).orElseGet(MatchWords::refuse);
    }
  }

  private static String macText(MacAddress mac) {
    return mac.toString().toUpperCase(Locale.ROOT);
  }

  private Part address(Test test, String option) {
    Bits mask = test.mask().orElse(Bits.ones(version.addressBits()));
    return Part.basic(test.not() + option + MatchWords.block(test.low(), mask, version));
  }

  private Part protocol(Test test) {
    int number = test.low().toInt();
    boolean again = before.stream().anyMatch(part -> part.words().matches("-p (135|ipv6-mh)"));
    if (again && number == Protocol.MOBILITY && !test.negated()) {
      // -m mh asks for it a second time
      return Part.match("mh", "", 0);
    }
    String name =
        version == IpVersion.IPV4 && number == Protocol.MOBILITY ? null : PROTOCOLS.get(number);
    return Part.basic(test.not() + "-p " + (name == null ? String.valueOf(number) : name));
  }

  private static Part flags(Test test) {
    long mask = test.mask().map(Bits::low).orElse(0xffL);
    long bits = test.low().low();
    if (mask == bits && Long.bitCount(mask) == 1 && (mask & CONGESTION) != 0) {
      boolean echo = mask == 0x40;
      String option = echo ? "--ecn-tcp-ece" : "--ecn-tcp-cwr";
      return Part.match("ecn", test.not() + option, echo ? 1 : 2);
    }
    return Part.match("tcp", test.not() + "--tcp-flags " + names(mask) + " " + names(bits), 2);
  }

  private static String names(long bits) {
    StringBuilder names = new StringBuilder();
    for (int bit = 0; bit < FLAGS.size(); bit++) {
      if ((bits >> bit & 1) != 0) {
        names.append(names.length() == 0 ? "" : ",").append(FLAGS.get(bit));
      }
    }
    return names.length() == 0 ? "NONE" : names.toString();
  }

  private static Part ttl(Test test, HeaderField field, String word) {
    String name = field == HeaderField.IP_TTL ? "ttl" : "hl";
    return Part.match(name, test.not() + "--" + name + "-" + word + " " + test.low().low());
  }

  /** A test for values above or below one. */
  Part ordered(Test test, Match.Operator operator) {
    boolean less = operator == Match.Operator.LESS;
    boolean known = less || operator == Match.Operator.GREATER;
    boolean limited =
        test.field().equals(Expression.of(HeaderField.IP_TTL))
            || test.field().equals(Expression.of(HeaderField.IP6_HOPLIMIT));
    return known && limited
        ? ttl(test, ((Expression.Header) test.field()).field(), less ? "lt" : "gt")
        : MatchWords.refuse();
  }

  private Part meta(Test test, MetaKey key) {
    switch (key) {
      case IIFNAME:
        return Part.basic(test.not() + "-i " + device(test));
      case OIFNAME:
        return Part.basic(test.not() + "-o " + device(test));
      case L4PROTO:
        return protocol(test);
      case MARK:
        return Part.match("mark", test.not() + "--mark " + test.masked());
      case PKTTYPE:
        return Part.match(
            "pkttype", test.not() + "--pkt-type " + PACKET_TYPES.get(test.low().toInt() & 3));
      case IIFGROUP:
        return Part.match("devgroup", test.not() + "--src-group " + test.masked(), 0);
      case OIFGROUP:
        return Part.match("devgroup", test.not() + "--dst-group " + test.masked(), 1);
      case SKUID:
      case SKGID:
      case LENGTH:
        return spanned(test, key).orElseGet(MatchWords::refuse);
      default:
        return MatchWords.refuse();
    }
  }

  private static String device(Test test) {
    String name = test.low().toName();
    boolean whole = Bits.ofName(name).equals(test.low());
    return whole ? Words.quoted(name + (test.isPlain() ? "" : "+")) : MatchWords.refuse();
  }

  /** A test for values between two; none where every packet that the rule sees has one. */
  List<Part> range(Test test) {
    if (test.field() instanceof Expression.Header) {
      HeaderField field = ((Expression.Header) test.field()).field();
      return List.of(spanned(test, field).orElseGet(MatchWords::refuse));
    }
    if (test.field().equals(Expression.of(MetaKey.CGROUP))) {
      // the words of the match stand before it
      return List.of();
    }
    if (test.field() instanceof Expression.Meta) {
      MetaKey key = ((Expression.Meta) test.field()).key();
      return List.of(spanned(test, key).orElseGet(MatchWords::refuse));
    }
    return isMobilityType(test)
        ? List.of(
            Part.match("mh", test.not() + "--mh-type " + numbers(test.low(), test.high(), ":"), 1))
        : MatchWords.refuse();
  }

  private static Optional<Part> spanned(Test test, MetaKey key) {
    switch (key) {
      case SKUID:
        return Optional.of(
            Part.match(
                "owner", test.not() + "--uid-owner " + numbers(test.low(), test.high(), "-"), 0));
      case SKGID:
        return Optional.of(
            Part.match(
                "owner", test.not() + "--gid-owner " + numbers(test.low(), test.high(), "-"), 1));
      case LENGTH:
        return Optional.of(
            Part.match("length", test.not() + "--length " + numbers(test.low(), test.high(), ":")));
      default:
        return Optional.empty();
    }
  }

  private Optional<Part> spanned(Test test, HeaderField field) {
    if (!test.isPlain()) {
      return Optional.empty();
    }
    switch (field) {
      case IP_SADDR:
      case IP6_SADDR:
        return Optional.of(Part.match("iprange", test.not() + "--src-range " + addresses(test), 0));
      case IP_DADDR:
      case IP6_DADDR:
        return Optional.of(Part.match("iprange", test.not() + "--dst-range " + addresses(test), 1));
      case IP_LENGTH:
        return Optional.of(
            Part.match("length", test.not() + "--length " + numbers(test.low(), test.high(), ":")));
      case ESP_SPI:
        return Optional.of(Part.match("esp", index(test, "--espspi ", Bits.ones(32))));
      case AH_SPI:
        return Optional.of(Part.match("ah", index(test, "--ahspi ", Bits.ones(32))));
      case COMP_CPI:
        return Optional.of(Part.match("ipcomp", index(test, "--ipcompspi ", PORTS), 0));
      default:
        return ports(test, field);
    }
  }

  private String addresses(Test test) {
    return new IpAddress(version, test.low()) + "-" + new IpAddress(version, test.high());
  }

  private static String index(Test test, String option, Bits most) {
    boolean any = test.low().isZero() && test.high().equals(most) && !test.negated();
    return any ? "" : test.not() + option + numbers(test.low(), test.high(), ":");
  }

  private static Optional<Part> ports(Test test, HeaderField field) {
    boolean source = field.word().equals("sport");
    boolean named =
        (source || field.word().equals("dport")) && field.layer() != HeaderField.Layer.TH;
    if (!named) {
      return Optional.empty();
    }
    String option = source ? "--sport " : "--dport ";
    return Optional.of(
        Part.match(
            field.layer().word(),
            test.not() + option + ports(test.low(), test.high()),
            source ? 0 : 1));
  }
}
