package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Ip6HeaderMatch;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.Headers.Kind;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.Range;
import org.rulewalk.simulator.rules.Ip6HeaderMatch.SegmentRouting;
import org.rulewalk.simulator.value.IpVersion;

/** Writes ip6tables' matches of extension headers; the counterpart of {@link Ip6Matches}. */
final class Ip6Words {
  private static final Map<Kind, String> HEADERS =
      Map.of(
          Kind.HOP_BY_HOP, "hop-by-hop",
          Kind.DESTINATION, "ipv6-opts",
          Kind.ROUTING, "ipv6-route",
          Kind.FRAGMENT, "ipv6-frag",
          Kind.AUTHENTICATION, "ah",
          Kind.ENCRYPTION, "esp",
          Kind.NONE, "ipv6-nonxt",
          Kind.PROTOCOL, "protocol");

  private static final Map<Integer, String> COMPARED =
      Map.of(1, "hdr-len", 3, "segs-left", 4, "last-entry");

  private Ip6Words() {}

  private static void range(String option, Optional<Range> range, List<String> words) {
    range.ifPresent(
        r ->
            words.add(
                MatchWords.not(r.negated())
                    + option
                    + " "
                    + r.low()
                    + (r.high() == r.low() ? "" : ":" + r.high())));
  }

  private static void flag(String option, boolean set, List<String> words) {
    if (set) {
      words.add(option);
    }
  }

  private static Part part(String name, List<String> words) {
    return Part.match(name, String.join(" ", words));
  }

  static Part fragment(Ip6HeaderMatch.Fragment match) {
    List<String> words = new ArrayList<>();
    range("--fragid", match.id(), words);
    flag("--fragres", match.reservedClear(), words);
    flag("--fragfirst", match.first(), words);
    flag("--fragmore", match.more(), words);
    flag("--fraglast", match.last(), words);
    return part("frag", words);
  }

  static Part options(Ip6HeaderMatch.Options match) {
    String name = match.header() == Protocol.HOP_BY_HOP ? "hbh" : "dst";
    List<String> words = new ArrayList<>();
    range("--" + name + "-len", match.lengthBytes(), words);
    if (!match.options().isEmpty()) {
      words.add(
          "--"
              + name
              + "-opts "
              + match.options().stream()
                  .map(o -> o.type() + o.length().map(length -> ":" + length).orElse(""))
                  .collect(Collectors.joining(",")));
    }
    return part(name, words);
  }

  static Part routing(Ip6HeaderMatch.Routing match) {
    List<String> words = new ArrayList<>();
    range("--rt-type", match.type(), words);
    range("--rt-segsleft", match.segmentsLeft(), words);
    range("--rt-len", match.lengthBytes(), words);
    flag("--rt-0-res", match.reservedClear(), words);
    if (!match.addresses().isEmpty()) {
      words.add(
          "--rt-0-addrs "
              + match.addresses().stream().map(Object::toString).collect(Collectors.joining(",")));
    }
    flag("--rt-0-not-strict", match.anywhere(), words);
    return part("rt", words);
  }

  static Part headers(Ip6HeaderMatch.Headers match) {
    String names =
        match.asked().stream().sorted().map(HEADERS::get).collect(Collectors.joining(","));
    return Part.match(
        "ipv6header",
        MatchWords.not(match.negated()) + "--header " + names + (match.soft() ? " --soft" : ""));
  }

  static Part authentication(Ip6HeaderMatch.Authentication match) {
    List<String> words = new ArrayList<>();
    range("--ahspi", match.index(), words);
    range("--ahlen", match.lengthBytes(), words);
    flag("--ahres", match.reservedClear(), words);
    return part("ah", words);
  }

  static Part segmentRouting(SegmentRouting match) {
    List<String> words = new ArrayList<>();
    match.fields().forEach(field -> words.add(field(field)));
    match.segments().forEach(segment -> words.add(segment(segment)));
    return part("srh", words);
  }

  private static String field(SegmentRouting.FieldTest field) {
    Range range = field.range();
    String not = MatchWords.not(range.negated());
    if (field.offset() == 0) {
      return not + "--srh-next-hdr " + range.low();
    }
    if (field.bytes() == 2) {
      int tag = Short.toUnsignedInt(Short.reverseBytes((short) range.low()));
      return not + "--srh-tag " + tag;
    }
    String name = not + "--srh-" + COMPARED.get(field.offset());
    if (range.low() == range.high()) {
      return name + "-eq " + range.low();
    }
    return range.low() < 0 ? name + "-lt " + (range.high() + 1) : name + "-gt " + (range.low() - 1);
  }

  private static String segment(SegmentRouting.SegmentTest segment) {
    String name =
        Map.of("PREVIOUS", "psid", "NEXT", "nsid", "LAST", "lsid").get(segment.which().name());
    return MatchWords.not(segment.negated())
        + "--srh-"
        + name
        + " "
        + MatchWords.block(segment.address(), segment.mask(), IpVersion.IPV6);
  }
}
