package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What rules say of questions to resolvers: where they are translated to, and which are allowed.
 */
final class NatRules {
  static final int DOMAIN = 53;

  private NatRules() {}

  /** A rule that translates questions, and where to. */
  record Target(IpAddress address, Source source) {}

  /** Where a machine translates questions to resolvers to, each once. */
  static List<Target> targets(Machine machine) {
    List<Target> found = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        chain.rules().stream()
            .filter(rule -> isAboutNames(rule))
            .forEach(rule -> target(rule).ifPresent(t -> addOnce(found, t)));
      }
    }
    return found;
  }

  private static void addOnce(List<Target> found, Target target) {
    if (found.stream().noneMatch(t -> t.address().equals(target.address()))) {
      found.add(target);
    }
  }

  private static Optional<Target> target(Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Nat.class::isInstance)
        .map(Statement.Nat.class::cast)
        .filter(nat -> nat.kind() == Statement.Nat.Kind.DNAT)
        .flatMap(nat -> nat.address().stream())
        .flatMap(expression -> constant(expression).stream())
        .map(bits -> new Target(new IpAddress(IpVersion.IPV4, bits), rule.source()))
        .findFirst();
  }

  /** Whether a rule is for port 53 alone. */
  static boolean isAboutNames(Rule rule) {
    return tests(rule)
        .anyMatch(
            compare ->
                isPort(compare.left())
                    && constant(compare.right()).map(Bits::toInt).equals(Optional.of(DOMAIN)));
  }

  private static java.util.stream.Stream<Match.Compare> tests(Rule rule) {
    return rule.statements().stream()
        .filter(Match.Compare.class::isInstance)
        .map(Match.Compare.class::cast)
        .filter(compare -> compare.operator() == Match.Operator.EQUAL);
  }

  private static boolean isPort(Expression left) {
    if (!(left instanceof Expression.Header)) {
      return false;
    }
    HeaderField field = ((Expression.Header) left).field();
    return field == HeaderField.UDP_DPORT
        || field == HeaderField.TCP_DPORT
        || field == HeaderField.TH_DPORT;
  }

  /** Destinations that a rule asks for; empty where it asks for none or in another way. */
  static List<ElementSet.Interval> destinations(Table table, Rule rule) {
    List<ElementSet.Interval> found = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match.Compare) {
        Match.Compare compare = (Match.Compare) statement;
        if (isDestination(compare.left()) && compare.operator() == Match.Operator.EQUAL) {
          constant(compare.right()).map(ElementSet.Interval::of).ifPresent(found::add);
        }
      }
      if (statement instanceof Match.InRange && isDestination(((Match.InRange) statement).left())) {
        Match.InRange range = (Match.InRange) statement;
        found.add(new ElementSet.Interval(range.low(), range.high()));
      }
      if (statement instanceof Match.InSet && isDestination(((Match.InSet) statement).left())) {
        elements(table, ((Match.InSet) statement).set()).elements().stream()
            .filter(element -> element.key().size() == 1)
            .forEach(element -> found.add(element.key().get(0)));
      }
    }
    return found;
  }

  private static ElementSet elements(Table table, SetReference set) {
    if (set instanceof SetReference.Anonymous) {
      return ((SetReference.Anonymous) set).elements();
    }
    return Optional.ofNullable(table.sets().get(((SetReference.Named) set).name()))
        .map(org.rulewalk.simulator.rules.NamedSet::elements)
        .orElse(ElementSet.EMPTY);
  }

  private static boolean isDestination(Expression left) {
    return left instanceof Expression.Header
        && ((Expression.Header) left).field() == HeaderField.IP_DADDR;
  }

  private static Optional<Bits> constant(Expression expression) {
    if (!(expression instanceof Expression.Constant)) {
      return Optional.empty();
    }
    Value value = ((Expression.Constant) expression).value();
    return value.asKey().filter(parts -> !parts.isEmpty()).map(parts -> parts.get(0));
  }
}
