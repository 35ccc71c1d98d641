package org.rulewalk.diagnostics.startup;

import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/** Rules behind which no packet comes. */
final class Dead {
  private Dead() {}

  /** Whether the rule tests nothing and decides every packet. */
  static boolean endsAll(Rule rule) {
    boolean decides = false;
    for (Statement statement : rule.statements()) {
      if (statement instanceof Statement.Note) {
        continue;
      }
      if (statement instanceof Statement.Decide) {
        Verdict verdict = ((Statement.Decide) statement).verdict();
        decides |= verdict == Verdict.Simple.DROP || verdict == Verdict.Simple.ACCEPT;
      } else if (statement instanceof Statement.Reject) {
        decides |= ((Statement.Reject) statement).kind() != Statement.Reject.Kind.TCP_RESET;
      } else {
        return false;
      }
    }
    return decides;
  }
}
