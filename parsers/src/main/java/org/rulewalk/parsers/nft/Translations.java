package org.rulewalk.parsers.nft;

import java.util.List;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.Source;

/** Matches that nft prints for different iptables rules alike: what they mean is in doubt. */
final class Translations {
  private static final Interval ANY_PORT = new Interval(Bits.ZERO, Bits.ones(16));

  /** IPS_SRC_NAT and IPS_DST_NAT. */
  private static final Bits NAT_BITS = Bits.of(16 | 32);

  private Translations() {}

  /**
   * Whether this looks for source and destination port together, one of them any: {@code -m
   * multiport --ports} (iptables: extensions/libxt_multiport.c, __multiport_xlate).
   */
  static boolean isEitherPort(Lowering.Typed left, SetReference set) {
    return left.types().equals(List.of(DataType.INET_SERVICE, DataType.INET_SERVICE))
        && set instanceof SetReference.Anonymous
        && ((SetReference.Anonymous) set)
            .elements().elements().stream().map(Element::key).allMatch(k -> k.contains(ANY_PORT));
  }

  /** The match as written, or the other way round. */
  static Match perhapsNegated(Match match) {
    String subject = "-m multiport --ports, which nft prints alike with and without `!`";
    return new Match.AnyOf(
        List.of(
            new Match.AllOf(List.of(match, lost(subject, true))),
            new Match.AllOf(List.of(new Match.Not(match), lost(subject, false)))));
  }

  /**
   * Whether this looks for translated connections in a table that iptables may have made: of {@code
   * --ctstate NEW,DNAT} nft prints the last alone (iptables: extensions/libxt_conntrack.c,
   * state_xlate_print).
   */
  static boolean isTranslatedState(Lowering.Typed left, Bits value, Scope scope) {
    boolean status =
        left.expression() instanceof Expression.Ct
            && ((Expression.Ct) left.expression()).key() == CtKey.STATUS;
    return status && scope.isTableOfIptables() && value.and(NAT_BITS).equals(value);
  }

  /** The match as written, or one of the states that the listing left out. */
  static Match perhapsMoreStates(Match match) {
    String subject = "--ctstate, of which nft prints SNAT and DNAT alone";
    return new Match.AnyOf(List.of(match, lost(subject, false)));
  }

  /**
   * Of {@code ct original ip saddr}, JSON leaves out the IP version, and so do old listings: the
   * address it is compared with, or the table, has one.
   */
  static Term versioned(Term left, Term right, Family family) {
    if (!(left instanceof Term.Field)
        || !(((Term.Field) left).expression() instanceof Expression.Ct)) {
      return left;
    }
    Expression.Ct ct = (Expression.Ct) ((Term.Field) left).expression();
    if (ct.key() != CtKey.SADDR && ct.key() != CtKey.DADDR) {
      return left;
    }
    boolean six = family == Family.IP6 || family != Family.IP && Actions.looksLikeIpv6(right);
    boolean known = family == Family.IP || six || Actions.looksLikeIpv4(right);
    return known ? Fields.ct((six ? "ip6 " : "ip ") + ct.key().word(), ct.direction()) : left;
  }

  private static Match lost(String subject, boolean likely) {
    return new Match.Unknown(
        subject, new Doubt(Doubt.Kind.LOST_ARGUMENTS, subject, likely, Source.NONE));
  }
}
