package org.rulewalk.simulator.compiled;

import java.util.Optional;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/**
 * What is known of a rule before any packet.
 *
 * @param condition holds of every packet for which the rule is more than tests that fail
 * @param verdict what the rule says where the condition holds; empty where it has to be asked
 */
record RuleForm(Condition condition, Optional<Verdict> verdict) {

  static RuleForm of(Rule rule, Conditions conditions) {
    Condition condition = Condition.ALWAYS;
    boolean exact = true;
    boolean open = true;
    Optional<Verdict> verdict = Optional.of(Verdict.Simple.CONTINUE);
    for (Statement statement : rule.statements()) {
      if (!open) {
        continue;
      }
      if (statement instanceof Match) {
        Optional<Condition> test = conditions.of((Match) statement);
        Optional<Condition> both = test.flatMap(condition::and);
        // a test that is known, but makes too many alternatives, is left to the rule itself
        exact &= both.isPresent();
        open = test.isPresent();
        Condition before = condition;
        condition = both.or(() -> test.map(before::asking)).orElse(before);
      } else if (statement instanceof Statement.Decide) {
        verdict = Optional.of(((Statement.Decide) statement).verdict());
        open = false;
      } else if (!isRemark(statement)) {
        exact = false;
        open = false;
        condition = byMap(statement, condition, conditions);
      }
    }
    boolean told = exact && verdict.get() != Verdict.Simple.BREAK;
    return new RuleForm(condition, told ? verdict : Optional.empty());
  }

  private static boolean isRemark(Statement statement) {
    return statement instanceof Statement.Note && ((Statement.Note) statement).isIdle();
  }

  /** A verdict map without the packet's key is a test that fails. */
  private static Condition byMap(Statement statement, Condition condition, Conditions conditions) {
    if (!(statement instanceof Statement.DecideByMap)) {
      return condition;
    }
    Statement.DecideByMap decide = (Statement.DecideByMap) statement;
    return conditions
        .of(new Match.InSet(decide.key(), false, decide.map()))
        .flatMap(condition::and)
        .orElse(condition);
  }

  /** Whether the rule may change what rules see: packet, marks, connection, sets. */
  static boolean changes(Rule rule) {
    for (Statement statement : rule.statements()) {
      if (changes(statement)) {
        return true;
      }
    }
    return false;
  }

  private static boolean changes(Statement statement) {
    boolean harmless =
        statement instanceof Match
            || statement instanceof Statement.Decide
            || statement instanceof Statement.DecideByMap
            || isRemark(statement);
    return !harmless;
  }
}
