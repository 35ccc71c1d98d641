package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** What a rule says plainly of the packets it is for: one port, one address, one translation. */
final class RuleFacts {
  private RuleFacts() {}

  /** The destination port that a rule is for, of a protocol; empty if it is not for one of them. */
  static OptionalInt port(Rule rule, int protocol) {
    Optional<HeaderField> field =
        protocol == Protocol.TCP
            ? Optional.of(HeaderField.TCP_DPORT)
            : protocol == Protocol.UDP ? Optional.of(HeaderField.UDP_DPORT) : Optional.empty();
    Optional<Bits> value = field.flatMap(f -> constant(rule, f));
    return value.isPresent() ? OptionalInt.of(value.get().toInt()) : OptionalInt.empty();
  }

  /** The one address that a rule is for. */
  static Optional<IpAddress> destination(Rule rule, IpVersion version) {
    HeaderField field = version == IpVersion.IPV4 ? HeaderField.IP_DADDR : HeaderField.IP6_DADDR;
    return constant(rule, field).map(bits -> new IpAddress(version, bits));
  }

  /** The one address to which a rule translates destinations. */
  static Optional<IpAddress> translatesTo(Rule rule, IpVersion version) {
    return rule.statements().stream()
        .filter(Statement.Nat.class::isInstance)
        .map(Statement.Nat.class::cast)
        .filter(nat -> nat.kind() == Statement.Nat.Kind.DNAT)
        .flatMap(nat -> nat.address().stream())
        .filter(Expression.Constant.class::isInstance)
        .flatMap(to -> ((Expression.Constant) to).value().asKey().stream())
        .map(List::iterator)
        .map(parts -> new IpAddress(version, parts.next()))
        .findFirst();
  }

  static boolean accepts(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                s instanceof Statement.Decide
                    && ((Statement.Decide) s).verdict() == Verdict.Simple.ACCEPT);
  }

  private static Optional<Bits> constant(Rule rule, HeaderField field) {
    return rule.statements().stream()
        .filter(Match.Compare.class::isInstance)
        .map(Match.Compare.class::cast)
        .filter(compare -> compare.operator() == Match.Operator.EQUAL)
        .filter(
            compare ->
                compare.left() instanceof Expression.Header
                    && ((Expression.Header) compare.left()).field() == field
                    && compare.right() instanceof Expression.Constant)
        .flatMap(compare -> ((Expression.Constant) compare.right()).value().asKey().stream())
        .filter(parts -> parts.size() == 1)
        .map(parts -> parts.get(0))
        .findFirst();
  }
}
