package org.rulewalk.diagnostics.why;

import org.rulewalk.simulator.trace.Step;

/**
 * Names a rule or policy over several runs.
 *
 * @param rule the rule's number in its chain; 0 for the policy
 */
record StepKey(String machine, String table, String chain, int rule) {
  static StepKey of(String machine, Step step) {
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      return new StepKey(machine, of.table().title(), of.chain().name(), of.rule().number());
    }
    Step.OfPolicy of = (Step.OfPolicy) step;
    return new StepKey(machine, of.table().title(), of.chain().name(), 0);
  }
}
