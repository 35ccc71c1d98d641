package org.rulewalk.parsers.nft;

import java.util.Optional;
import java.util.stream.Stream;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/** Finds what the rules of a table look up in a named set. */
final class SetKeys {
  private SetKeys() {}

  /** The key of the first rule that uses the set; empty if none does. */
  static Optional<Expression> of(Table table, String set) {
    return table.chains().stream()
        .flatMap(chain -> chain.rules().stream())
        .flatMap(rule -> rule.statements().stream())
        .flatMap(statement -> keys(statement, set))
        .findFirst();
  }

  private static Stream<Expression> keys(Statement statement, String set) {
    if (statement instanceof Match.InSet) {
      Match.InSet match = (Match.InSet) statement;
      return key(match.left(), match.set(), set);
    }
    if (statement instanceof Statement.DecideByMap) {
      Statement.DecideByMap map = (Statement.DecideByMap) statement;
      return key(map.key(), map.map(), set);
    }
    if (statement instanceof Statement.SetUpdate) {
      Statement.SetUpdate update = (Statement.SetUpdate) statement;
      return update.set().equals(set) ? Stream.of(update.key()) : Stream.empty();
    }
    if (statement instanceof Statement.SetMeta) {
      return keys(((Statement.SetMeta) statement).value(), set);
    }
    if (statement instanceof Statement.SetCt) {
      return keys(((Statement.SetCt) statement).value(), set);
    }
    if (statement instanceof Statement.Nat) {
      return ((Statement.Nat) statement).address().stream().flatMap(to -> keys(to, set));
    }
    return Stream.empty();
  }

  private static Stream<Expression> keys(Expression value, String set) {
    return value instanceof Expression.MapLookup
        ? key(((Expression.MapLookup) value).key(), ((Expression.MapLookup) value).map(), set)
        : Stream.empty();
  }

  private static Stream<Expression> key(Expression key, SetReference reference, String set) {
    boolean used =
        reference instanceof SetReference.Named
            && ((SetReference.Named) reference).name().equals(set);
    return used ? Stream.of(key) : Stream.empty();
  }
}
