package org.rulewalk.diagnostics.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * A rule that neither PedOS made nor its documents have people write there.
 *
 * @param table where it stands
 */
public record ForeignRule(Table table, Chain chain, Rule rule) {
  /** Those of a machine, in the order of its listing; none where no generation is recognised. */
  public static List<ForeignRule> of(Machine machine) {
    Optional<Generation> generation = Generation.of(machine);
    List<ForeignRule> found = new ArrayList<>();
    for (Table table : generation.isPresent() ? machine.ruleset().tables() : List.<Table>of()) {
      DocumentedRules documented = new DocumentedRules(generation.get(), table);
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          if (doesSomething(table, rule)
              && !BaseRules.isMade(table, chain, rule)
              && !documented.has(chain, rule)) {
            found.add(new ForeignRule(table, chain, rule));
          }
        }
      }
    }
    return found;
  }

  /** Rules that only log or count change nothing, nor do jumps to nothing else. */
  private static boolean doesSomething(Table table, Rule rule) {
    for (Statement statement : rule.statements()) {
      boolean idle = statement instanceof Match || statement instanceof Statement.Note;
      if (!idle && !leadsToNotes(table, statement)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leadsToNotes(Table table, Statement statement) {
    return statement instanceof Statement.Decide
        && ((Statement.Decide) statement).verdict() instanceof Verdict.Jump
        && table
            .chain(((Verdict.Jump) ((Statement.Decide) statement).verdict()).chain())
            .map(
                chain ->
                    chain.rules().stream()
                        .flatMap(each -> each.statements().stream())
                        .allMatch(s -> s instanceof Match || s instanceof Statement.Note))
            .orElse(false);
  }
}
