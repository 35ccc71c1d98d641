package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** {@code -m conntrack} and {@code -m state}. */
final class ConntrackOptions {
  private static final Map<String, Integer> STATES =
      Map.of(
          "INVALID",
          CtKey.STATE_INVALID,
          "ESTABLISHED",
          CtKey.STATE_ESTABLISHED,
          "RELATED",
          CtKey.STATE_RELATED,
          "NEW",
          CtKey.STATE_NEW,
          "UNTRACKED",
          CtKey.STATE_UNTRACKED,
          "SNAT",
          XtMatch.Conntrack.SNAT,
          "DNAT",
          XtMatch.Conntrack.DNAT);

  /** Status bits; NONE asks that no bit is set. */
  private static final Map<String, Integer> STATUSES =
      Map.of("NONE", 0, "EXPECTED", 1, "SEEN_REPLY", 2, "ASSURED", 4, "CONFIRMED", 8);

  private ConntrackOptions() {}

  /** The states of these bits. */
  static String states(int bits) {
    return names(STATES, bits);
  }

  /** The status bits, or NONE. */
  static String statuses(int bits) {
    return bits == 0 ? "NONE" : names(STATUSES, bits);
  }

  private static String names(Map<String, Integer> words, int bits) {
    return words.entrySet().stream()
        .filter(word -> (word.getValue() & bits) != 0)
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(","));
  }

  static List<Statement> read(Arguments a, IpVersion version) {
    Optional<XtMatch.Conntrack.StateTest> state =
        a.take("ctstate", "state")
            .map(o -> new XtMatch.Conntrack.StateTest(Values.bits(o.value(), STATES), o.negated()));
    List<Match> others = new ArrayList<>();
    a.take("ctproto")
        .ifPresent(
            o ->
                others.add(
                    Match.equal(
                        ct(CtKey.PROTOCOL, false),
                        o.negated(),
                        Bits.of(Values.protocol(o.value())),
                        DataType.INET_PROTO)));
    boolean v4 = version == IpVersion.IPV4;
    CtKey source = v4 ? CtKey.SADDR_IP : CtKey.SADDR_IP6;
    CtKey destination = v4 ? CtKey.DADDR_IP : CtKey.DADDR_IP6;
    address(a, others, "ctorigsrc", source, false, version);
    address(a, others, "ctorigdst", destination, false, version);
    address(a, others, "ctreplsrc", source, true, version);
    address(a, others, "ctrepldst", destination, true, version);
    port(a, others, "ctorigsrcport", CtKey.PROTO_SRC, false);
    port(a, others, "ctorigdstport", CtKey.PROTO_DST, false);
    port(a, others, "ctreplsrcport", CtKey.PROTO_SRC, true);
    port(a, others, "ctrepldstport", CtKey.PROTO_DST, true);
    a.take("ctstatus").ifPresent(o -> others.add(status(o)));
    a.take("ctdir").ifPresent(o -> others.add(direction(o)));
    a.take("ctexpire")
        .ifPresent(
            o -> {
              String text = (o.negated() ? "! --ctexpire " : "--ctexpire ") + o.value();
              others.add(
                  new Match.Unknown(text, new Doubt(Doubt.Kind.HISTORY, text, false, Source.NONE)));
            });
    return List.of(new Match.Extension(new XtMatch.Conntrack(state, others)));
  }

  private static Expression ct(CtKey key, boolean reply) {
    CtKey.Direction direction = reply ? CtKey.Direction.REPLY : CtKey.Direction.ORIGINAL;
    return new Expression.Ct(key, key.isDirected() ? Optional.of(direction) : Optional.empty());
  }

  private static void address(
      Arguments a, List<Match> others, String option, CtKey key, boolean reply, IpVersion version) {
    a.take(option)
        .ifPresent(
            o ->
                others.add(
                    Basics.address(
                        ct(key, reply), version, Values.address(o.value(), version), o.negated())));
  }

  private static void port(
      Arguments a, List<Match> others, String option, CtKey key, boolean reply) {
    a.take(option)
        .ifPresent(
            o ->
                others.add(
                    Basics.within(
                        ct(key, reply),
                        Values.ports(o.value()),
                        o.negated(),
                        DataType.INET_SERVICE)));
  }

  private static Match status(Arguments.Option option) {
    // NONE asks for no bit, which no connection can have (conntrack_mt)
    int bits = Values.bits(option.value(), STATUSES);
    return new Match.HasBits(ct(CtKey.STATUS, false), option.negated(), Bits.of(bits));
  }

  private static Match direction(Arguments.Option option) {
    boolean reply = option.value().equalsIgnoreCase("REPLY");
    if (!reply && !option.value().equalsIgnoreCase("ORIGINAL")) {
      throw new Misread("`" + option.value() + "` is no direction");
    }
    return Match.equal(
        ct(CtKey.DIRECTION, false), option.negated(), Bits.of(reply ? 1 : 0), DataType.CT_DIR);
  }
}
