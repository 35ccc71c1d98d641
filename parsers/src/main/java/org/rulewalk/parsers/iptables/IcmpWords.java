package org.rulewalk.parsers.iptables;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;

/** {@code --icmp-type} and {@code --icmpv6-type}; the counterpart of {@link IcmpTypes}. */
final class IcmpWords {
  private IcmpWords() {}

  /** The option for type and code, or for all but these; empty for anything else. */
  static Optional<Part> of(Match.AllOf match) {
    List<Match> parts = match.parts();
    boolean negated = parts.size() == 2 && parts.get(1) instanceof Match.Not;
    if (negated) {
      Match inner = ((Match.Not) parts.get(1)).part();
      return inner instanceof Match.AllOf
          ? option(((Match.AllOf) inner).parts(), true)
          : Optional.empty();
    }
    return option(parts, false);
  }

  private static Optional<Part> option(List<Match> parts, boolean negated) {
    Optional<HeaderField> field = field(parts.get(0));
    boolean four = field.filter(f -> f == HeaderField.ICMP_TYPE).isPresent();
    if (!four && field.filter(f -> f == HeaderField.ICMPV6_TYPE).isEmpty()) {
      return Optional.empty();
    }
    String type = parts.get(0) instanceof Match.InRange ? "any" : value(parts.get(0));
    String code = parts.size() > 1 ? "/" + code(parts.get(1)) : "";
    return Optional.of(
        Part.match(
            four ? "icmp" : "icmp6",
            MatchWords.not(negated) + (four ? "--icmp-type " : "--icmpv6-type ") + type + code));
  }

  private static Optional<HeaderField> field(Match match) {
    Expression left =
        match instanceof Match.Compare
            ? ((Match.Compare) match).left()
            : match instanceof Match.InRange
                ? ((Match.InRange) match).left()
                : Expression.of(HeaderField.TH_SPORT);
    return left instanceof Expression.Header
        ? Optional.of(((Expression.Header) left).field())
        : Optional.empty();
  }

  private static String value(Match match) {
    return match instanceof Match.Compare
        ? String.valueOf(MatchWords.scalar(((Match.Compare) match).right()).low())
        : MatchWords.refuse();
  }

  private static String code(Match match) {
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return range.low().low() + ":" + range.high().low();
    }
    return value(match);
  }
}
