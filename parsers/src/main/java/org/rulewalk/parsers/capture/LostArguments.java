package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.Lost;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/** Tells about rules that an nft listing shows without the arguments of their extensions. */
final class LostArguments {
  private LostArguments() {}

  static void report(List<Table> tables, Problems problems, Tally tally) {
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          report(rule, problems, tally);
        }
      }
    }
  }

  private static void report(Rule rule, Problems problems, Tally tally) {
    Optional<Doubt> lost = Lost.arguments(rule);
    lost.ifPresent(
        doubt -> {
          tally.add(rule.source().file(), 0, -1);
          problems.warn(
              "lost-arguments",
              "the listing does not print all of `" + doubt.subject() + "`",
              rule.source(),
              0,
              "capture `iptables-save` and `ip6tables-save` too");
        });
  }
}
