package org.rulewalk.diagnostics.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;

/**
 * A rule without what differs from VM to VM: addresses, numbers of vifs, names of clients' chains,
 * counters.
 */
record Shape(List<Object> parts) {
  private static final String CLIENT_CHAIN = "pbs-";

  Shape {
    parts = List.copyOf(parts);
  }

  static Shape of(Rule rule) {
    List<Object> parts = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      part(statement).ifPresent(parts::add);
    }
    return new Shape(parts);
  }

  private static Optional<Object> part(Statement statement) {
    if (statement instanceof Statement.Note) {
      return Optional.empty();
    }
    if (statement instanceof Statement.Decide) {
      return Optional.of(verdict((Statement.Decide) statement));
    }
    if (statement instanceof Statement.Nat) {
      Statement.Nat nat = (Statement.Nat) statement;
      return Optional.of(nat.address().isPresent() ? nat.kind() : nat);
    }
    return Optional.of(statement instanceof Match ? match((Match) statement) : statement);
  }

  private static Object verdict(Statement.Decide statement) {
    if (!(statement.verdict() instanceof Verdict.Jump)) {
      return statement;
    }
    String chain = Spelling.pedOs(((Verdict.Jump) statement.verdict()).chain());
    return chain.startsWith(CLIENT_CHAIN) ? "jump to a client's chain" : "jump " + chain;
  }

  private static Object match(Match match) {
    if (match instanceof Match.Compare) {
      Match.Compare compare = (Match.Compare) match;
      boolean negated = compare.operator() == Match.Operator.NOT_EQUAL;
      boolean equality = negated || compare.operator() == Match.Operator.EQUAL;
      Optional<HeaderField> address = address(compare.left());
      if (equality && address.isPresent()) {
        return address.get() + (negated ? " not" : "");
      }
      return equality && isVif(compare) ? compare.left() + (negated ? " not" : "") + " vif" : match;
    }
    if (match instanceof Match.InSet) {
      Match.InSet set = (Match.InSet) match;
      return address(set.left()).<Object>map(f -> f + (set.negated() ? " not" : "")).orElse(match);
    }
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return address(range.left())
          .<Object>map(f -> f + (range.negated() ? " not" : ""))
          .orElse(match);
    }
    return match;
  }

  private static Optional<HeaderField> address(Expression left) {
    Expression plain = left instanceof Expression.Binary ? ((Expression.Binary) left).left() : left;
    if (!(plain instanceof Expression.Header)) {
      return Optional.empty();
    }
    HeaderField field = ((Expression.Header) plain).field();
    boolean is =
        field == HeaderField.IP_SADDR
            || field == HeaderField.IP_DADDR
            || field == HeaderField.IP6_SADDR
            || field == HeaderField.IP6_DADDR;
    return is ? Optional.of(field) : Optional.empty();
  }

  /** Whether it names one vif of a client, and not all of them. */
  private static boolean isVif(Match.Compare compare) {
    boolean device =
        compare.left() instanceof Expression.Meta
            && (((Expression.Meta) compare.left()).key() == MetaKey.IIFNAME
                || ((Expression.Meta) compare.left()).key() == MetaKey.OIFNAME);
    if (!device || !(compare.right() instanceof Expression.Constant)) {
      return false;
    }
    Optional<List<Bits>> value = ((Expression.Constant) compare.right()).value().asKey();
    return value.isPresent()
        && Devices.isVif(value.get().get(0).toName())
        && !value.get().get(0).equals(Bits.ofName("vif0.0"));
  }
}
