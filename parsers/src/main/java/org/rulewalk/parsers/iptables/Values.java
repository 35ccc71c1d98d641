package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Reads the values of options: numbers, ports, addresses with masks. */
final class Values {
  private static final Map<String, Integer> PROTOCOLS =
      Map.ofEntries(
          Map.entry("all", 0),
          Map.entry("any", 0),
          Map.entry("icmp", 1),
          Map.entry("igmp", 2),
          Map.entry("ipencap", 4),
          Map.entry("ipip", 94),
          Map.entry("tcp", 6),
          Map.entry("egp", 8),
          Map.entry("igp", 9),
          Map.entry("udp", 17),
          Map.entry("dccp", 33),
          Map.entry("ipv6", 41),
          Map.entry("ipv6-route", 43),
          Map.entry("ipv6-frag", 44),
          Map.entry("rsvp", 46),
          Map.entry("gre", 47),
          Map.entry("esp", 50),
          Map.entry("ah", 51),
          Map.entry("skip", 57),
          Map.entry("icmpv6", 58),
          Map.entry("ipv6-icmp", 58),
          Map.entry("icmp6", 58),
          Map.entry("ipv6-nonxt", 59),
          Map.entry("ipv6-opts", 60),
          Map.entry("eigrp", 88),
          Map.entry("ospf", 89),
          Map.entry("etherip", 97),
          Map.entry("encap", 98),
          Map.entry("pim", 103),
          Map.entry("ipcomp", 108),
          Map.entry("vrrp", 112),
          Map.entry("l2tp", 115),
          Map.entry("isis", 124),
          Map.entry("sctp", 132),
          Map.entry("mh", 135),
          Map.entry("mobility-header", 135),
          Map.entry("ipv6-mh", 135),
          Map.entry("udplite", 136),
          Map.entry("hip", 139));

  private static final Map<String, Integer> SERVICES =
      Map.ofEntries(
          Map.entry("echo", 7),
          Map.entry("discard", 9),
          Map.entry("ftp-data", 20),
          Map.entry("ftp", 21),
          Map.entry("ssh", 22),
          Map.entry("telnet", 23),
          Map.entry("smtp", 25),
          Map.entry("time", 37),
          Map.entry("domain", 53),
          Map.entry("bootps", 67),
          Map.entry("bootpc", 68),
          Map.entry("tftp", 69),
          Map.entry("http", 80),
          Map.entry("www", 80),
          Map.entry("kerberos", 88),
          Map.entry("pop3", 110),
          Map.entry("sunrpc", 111),
          Map.entry("auth", 113),
          Map.entry("nntp", 119),
          Map.entry("ntp", 123),
          Map.entry("netbios-ns", 137),
          Map.entry("netbios-dgm", 138),
          Map.entry("netbios-ssn", 139),
          Map.entry("imap2", 143),
          Map.entry("imap", 143),
          Map.entry("snmp", 161),
          Map.entry("snmp-trap", 162),
          Map.entry("bgp", 179),
          Map.entry("ldap", 389),
          Map.entry("https", 443),
          Map.entry("microsoft-ds", 445),
          Map.entry("isakmp", 500),
          Map.entry("syslog", 514),
          Map.entry("printer", 515),
          Map.entry("router", 520),
          Map.entry("submission", 587),
          Map.entry("ipp", 631),
          Map.entry("ldaps", 636),
          Map.entry("rsync", 873),
          Map.entry("ftps", 990),
          Map.entry("imaps", 993),
          Map.entry("pop3s", 995),
          Map.entry("socks", 1080),
          Map.entry("openvpn", 1194),
          Map.entry("ms-sql-s", 1433),
          Map.entry("nfs", 2049),
          Map.entry("mysql", 3306),
          Map.entry("ipsec-nat-t", 4500),
          Map.entry("sip", 5060),
          Map.entry("mdns", 5353),
          Map.entry("postgresql", 5432),
          Map.entry("http-alt", 8080));

  private Values() {}

  static long number(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new Misread("`" + text + "` is no number");
    }
  }

  static int protocol(String text) {
    Integer known = PROTOCOLS.get(text.toLowerCase(java.util.Locale.ROOT));
    return known != null ? known : (int) number(text);
  }

  static int port(String text) {
    Integer known = SERVICES.get(text);
    long port = known != null ? known : number(text);
    if (port < 0 || port > 65535) {
      throw new Misread("`" + text + "` is no port");
    }
    return (int) port;
  }

  /** {@code low:high}, {@code :high}, {@code low:} or one number. */
  static Interval range(
      String text, char sign, long most, java.util.function.ToLongFunction<String> reader) {
    int at = text.indexOf(sign);
    if (at < 0) {
      return Interval.of(Bits.of(reader.applyAsLong(text)));
    }
    long low = at == 0 ? 0 : reader.applyAsLong(text.substring(0, at));
    long high = at == text.length() - 1 ? most : reader.applyAsLong(text.substring(at + 1));
    return new Interval(Bits.of(low), Bits.of(high));
  }

  static Interval ports(String text) {
    return range(text, ':', 65535, Values::port);
  }

  static ElementSet portSet(String list) {
    List<Element> elements = new ArrayList<>();
    for (String item : list.split(",")) {
      elements.add(Element.of(List.of(ports(item))));
    }
    return new ElementSet(merged(elements));
  }

  /** Overlapping intervals become one, as a set of intervals needs it. */
  private static List<Element> merged(List<Element> elements) {
    List<Interval> sorted = new ArrayList<>(elements.stream().map(e -> e.key().get(0)).toList());
    sorted.sort((a, b) -> a.low().compareTo(b.low()));
    List<Interval> result = new ArrayList<>();
    for (Interval next : sorted) {
      int end = result.size() - 1;
      if (end >= 0 && next.low().compareTo(result.get(end).high()) <= 0) {
        Interval last = result.get(end);
        Bits high = next.high().compareTo(last.high()) > 0 ? next.high() : last.high();
        result.set(end, new Interval(last.low(), high));
      } else {
        result.add(next);
      }
    }
    return result.stream().map(interval -> Element.of(List.of(interval))).toList();
  }

  /** An address with a mask, which may have holes. */
  record Masked(Bits value, Bits mask) {
    boolean isEverything() {
      return mask.isZero();
    }
  }

  static Masked address(String text, IpVersion version) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    IpAddress address = plainAddress(name, version);
    int width = version.addressBits();
    if (slash < 0) {
      return new Masked(address.value(), Bits.ones(width));
    }
    String mask = text.substring(slash + 1);
    Optional<IpAddress> written = IpAddress.parse(mask).filter(m -> m.version() == version);
    if (written.isPresent()) {
      return new Masked(address.value(), written.get().value());
    }
    long length = number(mask);
    if (length < 0 || length > width) {
      throw new Misread("`" + text + "` is no prefix");
    }
    return new Masked(address.value(), Bits.prefixMask((int) length, width));
  }

  static IpAddress plainAddress(String text, IpVersion version) {
    return IpAddress.parse(text)
        .filter(address -> address.version() == version)
        .orElseThrow(
            () ->
                new Misread(
                    "`"
                        + text
                        + "` is no "
                        + (version == IpVersion.IPV4 ? "IPv4" : "IPv6")
                        + " address"));
  }

  /** {@code value/mask}; without mask all bits. */
  record Mark(long value, long mask) {}

  static Mark mark(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new Mark(number(text) & 0xffffffffL, 0xffffffffL);
    }
    return new Mark(
        number(text.substring(0, slash)) & 0xffffffffL,
        number(text.substring(slash + 1)) & 0xffffffffL);
  }

  /** The bits of a comma-separated list of words. */
  static int bits(String list, Map<String, Integer> words) {
    int bits = 0;
    for (String word : list.split(",")) {
      Integer bit = words.get(word.toUpperCase(java.util.Locale.ROOT));
      if (bit == null) {
        throw new Misread("`" + word + "` is not known here");
      }
      bits |= bit;
    }
    return bits;
  }
}
