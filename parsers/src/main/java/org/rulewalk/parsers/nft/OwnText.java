package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/** The words that a rule was read from, where they are nft's and still say what it does. */
final class OwnText {
  private OwnText() {}

  static Optional<String> of(Rule rule, Table table, MergedTests.Loaded loaded) {
    String words = NftRuleText.withoutHandle(rule.source().text());
    boolean perhaps = !words.isEmpty() && "-[{\"".indexOf(words.charAt(0)) < 0;
    return perhaps && says(words, rule, table, loaded) ? Optional.of(words) : Optional.empty();
  }

  /** Whether these words, as the only rule of the only chain of a table, are read as this rule. */
  private static boolean says(String words, Rule rule, Table table, MergedTests.Loaded loaded) {
    Problems problems = new Problems();
    String head = "table " + table.family().word() + " " + LiteralText.name(table.name());
    String file = head + " {\nchain c {\n" + words + "\n}\n}\n";
    List<Table> tables = NftTextParser.parse(SourceText.of("", file), problems, loaded).tables();
    if (!problems.list().isEmpty() || tables.size() != 1 || tables.get(0).chains().size() != 1) {
      return false;
    }
    Chain chain = tables.get(0).chains().get(0);
    return chain instanceof Chain.Regular
        && ((Chain.Regular) chain).comment().isEmpty()
        && chain.rules().size() == 1
        && Differences.same(chain.rules().get(0), rule, Differences.Exactness.EXACT);
  }
}
