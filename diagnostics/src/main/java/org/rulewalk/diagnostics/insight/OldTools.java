package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.words.RuleInNft;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;

/**
 * Rules of iptables that PedOS R4.1 asked for and R4.2 does not: there they accept in a table of
 * their own, and PedOS's own table, at the same hook, drops all the same.
 */
final class OldTools {
  private static final String CUSTOM = "custom-";

  private OldTools() {}

  static Optional<Insight> insight(Stopped stopped) {
    Optional<Step> step = stopped.step().filter(each -> stopped.request());
    if (step.isEmpty()) {
      return Optional.empty();
    }
    Table table = table(step.get());
    Hook hook = hook(step.get());
    String custom = CUSTOM + (hook == Hook.INPUT ? "input" : "forward");
    boolean hasPlace = PedosNames.isOurs(table.name()) && table.chain(custom).isPresent();
    if (!hasPlace || hook != Hook.INPUT && hook != Hook.FORWARD) {
      return Optional.empty();
    }
    return stopped.journey().steps().stream()
        .filter(Step.OfRule.class::isInstance)
        .map(Step.OfRule.class::cast)
        .filter(of -> of.hook() == hook && of.table().tool() != Table.Tool.NFT)
        .filter(of -> of.verdict() == Verdict.Simple.ACCEPT)
        .findFirst()
        .flatMap(of -> translated(of, table, custom));
  }

  private static Optional<Insight> translated(Step.OfRule accepted, Table table, String custom) {
    return RuleInNft.of(accepted.rule())
        .map(
            text ->
                new Insight.AcceptedBefore(
                    accepted, table.title(), custom, text, others(accepted)));
  }

  private static List<String> others(Step.OfRule accepted) {
    return accepted.chain().rules().stream()
        .filter(rule -> rule.number() != accepted.rule().number())
        .filter(Names::accepts)
        .flatMap(rule -> RuleInNft.of(rule).stream())
        .toList();
  }

  private static Table table(Step step) {
    return ((Step.OfChain) step).table();
  }

  private static Hook hook(Step step) {
    return ((Step.OfChain) step).hook();
  }
}
