package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
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
    Optional<Doubt> lost = rule.statements().stream().flatMap(s -> find(s).stream()).findFirst();
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

  private static Optional<Doubt> find(Statement statement) {
    if (statement instanceof Match.Unknown) {
      return lost(((Match.Unknown) statement).doubt());
    }
    if (statement instanceof Statement.Opaque) {
      return lost(((Statement.Opaque) statement).doubt());
    }
    if (statement instanceof Match.AnyOf) {
      return first(((Match.AnyOf) statement).parts());
    }
    return statement instanceof Match.AllOf
        ? first(((Match.AllOf) statement).parts())
        : Optional.empty();
  }

  private static Optional<Doubt> first(List<Match> parts) {
    return parts.stream().flatMap(part -> find(part).stream()).findFirst();
  }

  private static Optional<Doubt> lost(Doubt doubt) {
    return Optional.of(doubt).filter(d -> d.kind() == Doubt.Kind.LOST_ARGUMENTS);
  }
}
