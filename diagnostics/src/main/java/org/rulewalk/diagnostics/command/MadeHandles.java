package org.rulewalk.diagnostics.command;

import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;

/**
 * Handles of rules that commands add on the model. The kernel's own number can't be known (rules
 * that were there before have used some up), so one stands in that no kernel gives: a script that
 * reads the handle from a listing finds the rule by it, and one that names a number does not.
 */
public final class MadeHandles {
  private static final long FIRST = 1L << 48;

  private MadeHandles() {}

  /** One that no rule has yet. */
  static long next(Ruleset ruleset) {
    return ruleset.tables().stream()
            .flatMap(table -> table.chains().stream())
            .flatMap(chain -> chain.rules().stream())
            .flatMapToLong(rule -> rule.handle().stream())
            .filter(handle -> handle >= FIRST)
            .max()
            .orElse(FIRST - 1)
        + 1;
  }

  /** Whether the capture tells the handle of a rule. */
  public static boolean isCaptured(Rule rule) {
    return rule.handle().isPresent() && rule.handle().getAsLong() < FIRST;
  }
}
