package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.rules.BpfMatch;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Ip6HeaderMatch;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Writes the matches that only iptables has. */
final class ExtensionWords {
  private final IpVersion version;
  private final Map<Class<? extends XtMatch>, Function<XtMatch, Part>> kinds =
      Map.ofEntries(
          entry(XtMatch.Conntrack.class, this::conntrack),
          entry(XtMatch.AddressType.class, ExtensionWords::addressType),
          entry(XtMatch.ReversePath.class, ExtensionWords::reversePath),
          entry(XtMatch.SetMembership.class, ExtensionWords::set),
          entry(NeededHeader.class, match -> Part.match(match.asker(), "")),
          entry(XtMatch.U32.class, U32Text::write),
          entry(XtMatch.Chance.class, match -> StatementWords.asRead(match.text())),
          entry(XtMatch.TcpOptionPresent.class, ExtensionWords::tcpOption),
          entry(BpfMatch.class, BpfText::write),
          entry(PayloadMatch.SegmentSize.class, PayloadWords::segmentSize),
          entry(PayloadMatch.Text.class, PayloadWords::text),
          entry(PayloadMatch.DccpTypes.class, PayloadWords::dccpTypes),
          entry(PayloadMatch.DccpOption.class, PayloadWords::dccpOption),
          entry(PayloadMatch.SctpChunks.class, PayloadWords::chunks),
          entry(Ip6HeaderMatch.Fragment.class, Ip6Words::fragment),
          entry(Ip6HeaderMatch.Options.class, Ip6Words::options),
          entry(Ip6HeaderMatch.Routing.class, Ip6Words::routing),
          entry(Ip6HeaderMatch.Headers.class, Ip6Words::headers),
          entry(Ip6HeaderMatch.Eui64.class, match -> Part.match("eui64", "")),
          entry(Ip6HeaderMatch.Authentication.class, Ip6Words::authentication),
          entry(Ip6HeaderMatch.SegmentRouting.class, Ip6Words::segmentRouting));

  ExtensionWords(IpVersion version) {
    this.version = version;
  }

  private static <T extends XtMatch>
      Map.Entry<Class<? extends XtMatch>, Function<XtMatch, Part>> entry(
          Class<T> kind, Function<T, Part> writer) {
    return Map.entry(kind, match -> writer.apply(kind.cast(match)));
  }

  Part of(XtMatch match) {
    Function<XtMatch, Part> writer = kinds.get(match.getClass());
    return writer == null ? MatchWords.refuse() : writer.apply(match);
  }

  private static Part tcpOption(XtMatch.TcpOptionPresent match) {
    return Part.match("tcp", MatchWords.not(match.negated()) + "--tcp-option " + match.kind(), 3);
  }

  private static Part addressType(XtMatch.AddressType match) {
    String types = match.types().stream().sorted().map(Enum::name).collect(Collectors.joining(","));
    return Part.match(
        "addrtype",
        MatchWords.not(match.negated())
            + (match.source() ? "--src-type " : "--dst-type ")
            + types
            + (match.limitToIncoming() ? " --limit-iface-in" : "")
            + (match.limitToOutgoing() ? " --limit-iface-out" : ""));
  }

  private static Part reversePath(XtMatch.ReversePath match) {
    String words =
        (match.loose() ? " --loose" : "")
            + (match.validMark() ? " --validmark" : "")
            + (match.acceptLocal() ? " --accept-local" : "")
            + (match.inverted() ? " --invert" : "");
    return Part.match("rpfilter", words.strip());
  }

  private static Part set(XtMatch.SetMembership match) {
    String words =
        MatchWords.not(match.negated())
            + "--match-set "
            + Words.quoted(match.name())
            + " "
            + MatchWords.directions(match.fromSource());
    return Part.match("set", (words + " " + match.options()).strip());
  }

  private Part conntrack(XtMatch.Conntrack match) {
    List<String> words = new ArrayList<>();
    match
        .state()
        .ifPresent(
            state ->
                words.add(
                    MatchWords.not(state.negated())
                        + "--ctstate "
                        + ConntrackOptions.states(state.mask())));
    match.others().forEach(other -> words.add(tracked(other)));
    return Part.match("conntrack", String.join(" ", words));
  }

  private String tracked(Match match) {
    if (match instanceof Match.Unknown) {
      return ((Match.Unknown) match).text();
    }
    if (match instanceof Match.HasBits) {
      Match.HasBits status = (Match.HasBits) match;
      return MatchWords.not(status.negated())
          + "--ctstatus "
          + ConntrackOptions.statuses(status.mask().toInt());
    }
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return MatchWords.not(range.negated())
          + option(range.left())
          + FieldWords.ports(range.low(), range.high());
    }
    return match instanceof Match.Compare ? compared((Match.Compare) match) : MatchWords.refuse();
  }

  private String compared(Match.Compare match) {
    String not = MatchWords.not(match.operator() == Match.Operator.NOT_EQUAL);
    Bits value = MatchWords.scalar(match.right());
    boolean masked = match.left() instanceof Expression.Binary;
    Expression field = masked ? ((Expression.Binary) match.left()).left() : match.left();
    Bits mask =
        masked
            ? MatchWords.scalar(((Expression.Binary) match.left()).right())
            : Bits.ones(version.addressBits());
    switch (key(field)) {
      case PROTOCOL:
        return not + "--ctproto " + value.low();
      case DIRECTION:
        return not + "--ctdir " + (value.isZero() ? "ORIGINAL" : "REPLY");
      case PROTO_SRC:
      case PROTO_DST:
        return not + option(field) + value.low();
      default:
        return not + option(field) + MatchWords.block(value, mask, version);
    }
  }

  private static CtKey key(Expression field) {
    return field instanceof Expression.Ct ? ((Expression.Ct) field).key() : MatchWords.refuse();
  }

  /** {@code --ctorigsrc } and its kin. */
  private static String option(Expression field) {
    boolean reply =
        ((Expression.Ct) field)
            .direction()
            .filter(direction -> direction == CtKey.Direction.REPLY)
            .isPresent();
    String side = reply ? "--ctrepl" : "--ctorig";
    switch (key(field)) {
      case SADDR_IP:
      case SADDR_IP6:
        return side + "src ";
      case DADDR_IP:
      case DADDR_IP6:
        return side + "dst ";
      case PROTO_SRC:
        return side + "srcport ";
      case PROTO_DST:
        return side + "dstport ";
      default:
        return MatchWords.refuse();
    }
  }
}
