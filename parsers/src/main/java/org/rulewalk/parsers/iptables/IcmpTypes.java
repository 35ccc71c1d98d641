package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Bits;

/** ICMP types and codes by number and by iptables' names (extensions/libxt_icmp.h). */
final class IcmpTypes {
  private static final int ANY = 255;
  private static final Map<String, int[]> NAMES4 = new HashMap<>();
  private static final Map<String, int[]> NAMES6 = new HashMap<>();

  static {
    add(
        NAMES4,
        "any 255, echo-reply 0, pong 0, destination-unreachable 3, network-unreachable 3/0, host-unreachable 3/1, "
            + "protocol-unreachable 3/2, port-unreachable 3/3, fragmentation-needed 3/4, source-route-failed 3/5, "
            + "network-unknown 3/6, host-unknown 3/7, network-prohibited 3/9, host-prohibited 3/10, "
            + "TOS-network-unreachable 3/11, TOS-host-unreachable 3/12, communication-prohibited 3/13, "
            + "host-precedence-violation 3/14, precedence-cutoff 3/15, source-quench 4, redirect 5, "
            + "network-redirect 5/0, host-redirect 5/1, TOS-network-redirect 5/2, TOS-host-redirect 5/3, "
            + "echo-request 8, ping 8, router-advertisement 9, router-solicitation 10, time-exceeded 11, "
            + "ttl-exceeded 11, ttl-zero-during-transit 11/0, ttl-zero-during-reassembly 11/1, "
            + "parameter-problem 12, ip-header-bad 12/0, required-option-missing 12/1, timestamp-request 13, "
            + "timestamp-reply 14, address-mask-request 17, address-mask-reply 18");
    add(
        NAMES6,
        "any 255, destination-unreachable 1, no-route 1/0, communication-prohibited 1/1, beyond-scope 1/2, "
            + "address-unreachable 1/3, port-unreachable 1/4, failed-policy 1/5, reject-route 1/6, "
            + "packet-too-big 2, time-exceeded 3, ttl-exceeded 3, ttl-zero-during-transit 3/0, "
            + "ttl-zero-during-reassembly 3/1, parameter-problem 4, bad-header 4/0, unknown-header-type 4/1, "
            + "unknown-option 4/2, echo-request 128, ping 128, echo-reply 129, pong 129, "
            + "router-solicitation 133, router-advertisement 134, neighbour-solicitation 135, "
            + "neighbor-solicitation 135, neighbour-advertisement 136, neighbor-advertisement 136, redirect 137, "
            + "mld-listener-query 130, mld-listener-report 131, mld-listener-done 132, "
            + "mld-listener-reduction 132");
  }

  private IcmpTypes() {}

  private static void add(Map<String, int[]> names, String list) {
    for (String pair : list.split(", ")) {
      int blank = pair.indexOf(' ');
      names.put(
          pair.substring(0, blank).toLowerCase(java.util.Locale.ROOT),
          numbers(pair.substring(blank + 1)));
    }
  }

  /** Type and code, or −1 for any code. */
  private static int[] numbers(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new int[] {(int) Values.number(text), -1}
        : new int[] {
          (int) Values.number(text.substring(0, slash)),
          (int) Values.number(text.substring(slash + 1))
        };
  }

  static List<Statement> match(
      Arguments a, HeaderField typeField, HeaderField codeField, String name) {
    Arguments.Option option = a.need(name);
    boolean v4 = typeField == HeaderField.ICMP_TYPE;
    int[] named = (v4 ? NAMES4 : NAMES6).get(option.value().toLowerCase(java.util.Locale.ROOT));
    if (named == null && option.value().contains(":")) {
      return codeRange(option, typeField, codeField);
    }
    int[] wanted = named != null ? named : numbers(option.value());
    List<Match> parts = new ArrayList<>();
    if (wanted[0] == ANY && v4) {
      parts.add(Match.present(typeField));
    } else {
      parts.add(Match.equal(Expression.of(typeField), false, Bits.of(wanted[0]), typeField.type()));
    }
    if (wanted[1] >= 0) {
      parts.add(Match.equal(Expression.of(codeField), false, Bits.of(wanted[1]), codeField.type()));
    }
    return List.of(turned(new Match.AllOf(parts), typeField, option.negated()));
  }

  private static List<Statement> codeRange(
      Arguments.Option option, HeaderField typeField, HeaderField codeField) {
    int slash = option.value().indexOf('/');
    if (slash < 0) {
      throw new Misread("`" + option.value() + "` is no ICMP type");
    }
    Interval codes = Values.range(option.value().substring(slash + 1), ':', 255, Values::number);
    Match type =
        Match.equal(
            Expression.of(typeField),
            false,
            Bits.of(Values.number(option.value().substring(0, slash))),
            typeField.type());
    Match code = Basics.within(Expression.of(codeField), codes, false, codeField.type());
    return List.of(turned(new Match.AllOf(List.of(type, code)), typeField, option.negated()));
  }

  private static Match turned(Match match, HeaderField typeField, boolean negated) {
    return negated
        ? new Match.AllOf(List.of(Match.present(typeField), new Match.Not(match)))
        : match;
  }
}
