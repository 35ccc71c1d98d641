package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;

/**
 * Looks for the rule that would have accepted a dropped packet but for one or two of its matches.
 */
final class NearestMiss {
  private static final int MOST_DIFFERENCES = 2;

  private NearestMiss() {}

  private record Candidate(Nearest nearest, int held) {}

  static Optional<Nearest> find(Step step, PacketContext context) {
    Table table = ((Step.OfChain) step).table();
    Chain decided = ((Step.OfChain) step).chain();
    List<Candidate> candidates = new ArrayList<>();
    for (Rule rule : decided.rules()) {
      candidate(table, decided, rule, context).ifPresent(candidates::add);
    }
    Comparator<Candidate> order =
        Comparator.<Candidate>comparingInt(c -> c.nearest().differs().size())
            .thenComparing(Comparator.comparingInt(Candidate::held).reversed());
    return candidates.stream().min(order).map(Candidate::nearest);
  }

  private static Optional<Candidate> candidate(
      Table table, Chain chain, Rule rule, PacketContext context) {
    boolean accepts =
        rule.statements().stream()
            .anyMatch(
                s ->
                    s instanceof Statement.Decide
                        && ((Statement.Decide) s).verdict() == Verdict.Simple.ACCEPT);
    if (!accepts) {
      return Optional.empty();
    }
    context.at(table, rule);
    List<Nearest.Difference> differs = new ArrayList<>();
    int held = 0;
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match) {
        List<MatchWords.Mismatch> found = MatchWords.of((Match) statement, context);
        held += found.isEmpty() ? 1 : 0;
        found.forEach(m -> differs.add(new Nearest.Difference(m.field(), m.actual(), m.wanted())));
      }
    }
    boolean close =
        differs.size() <= MOST_DIFFERENCES
            && differs.stream().noneMatch(NearestMiss::isBesideThePoint);
    return close
        ? Optional.of(new Candidate(new Nearest(table, chain, rule, differs), held))
        : Optional.empty();
  }

  /** Rules for answers and for loopback are close to every packet, and help no one. */
  private static boolean isBesideThePoint(Nearest.Difference difference) {
    return difference.field().equals("ct state") || difference.wanted().equals("lo");
  }
}
