package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.RuleUse;
import org.rulewalk.simulator.symbolic.SpaceExhausted;

/**
 * Rules that are good for nothing, or for less than they say: no packet gets to them, most of their
 * packets are decided otherwise before, or others would decide the same. Worked out for all packets
 * at once ({@link RuleUse}). What is said is always so; what depends on the content of named sets,
 * on chance or on rates is not counted as taken.
 */
final class UnreachableRules implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    return of(subject, share -> {});
  }

  @Override
  public List<Finding> of(Subject subject, DoubleConsumer progress) {
    List<Finding> found = new ArrayList<>();
    int all = subject.machines().stream().mapToInt(UnreachableRules::rules).sum();
    int done = 0;
    for (Machine machine : subject.machines()) {
      for (Table table : machine.ruleset().tables()) {
        double before = done / (double) all;
        double part = rules(table) / (double) all;
        found.addAll(of(subject, machine, table, share -> progress.accept(before + part * share)));
        done += rules(table);
      }
    }
    return found;
  }

  private static int rules(Machine machine) {
    return machine.ruleset().tables().stream().mapToInt(UnreachableRules::rules).sum();
  }

  private static int rules(Table table) {
    return table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
  }

  private static List<Finding> of(
      Subject subject, Machine machine, Table table, DoubleConsumer progress) {
    try {
      RuleUse.Found use = RuleUse.of(machine.name(), table, progress);
      return new RuleFindings(subject.capture().network(), machine, table, use).all();
    } catch (SpaceExhausted e) {
      return List.of(
          notDecided(
              machine,
              table,
              "The rules of table "
                  + table.title()
                  + " could not be compared with each other: that takes too much memory."
                  + " Whether packets get to each of them is not known."
                  + " RULEWALK_MEMORY=2000m gives it more."));
    }
  }

  static Finding notDecided(Machine machine, Table table, String words) {
    return new Finding(
        "rules-not-compared", Finding.Severity.NOTE, machine.name(), table.source(), words);
  }
}
