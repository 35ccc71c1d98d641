package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;

/**
 * Looks for the rule that would have accepted a dropped packet but for one or two of its matches.
 */
final class NearestMiss {
  private static final int MOST_DIFFERENCES = 2;

  private NearestMiss() {}

  private record Candidate(Nearest nearest, int held) {
    /** Whether one with so many differences, and others that hold, comes before this. */
    boolean isBehind(int differs, int others) {
      int own = nearest.differs().size();
      return differs < own || differs == own && others > held;
    }
  }

  static Optional<Nearest> find(Step step, PacketContext context) {
    Table table = ((Step.OfChain) step).table();
    Chain decided = ((Step.OfChain) step).chain();
    Optional<Candidate> best = Optional.empty();
    for (Rule rule : decided.rules()) {
      if (accepts(rule)) {
        context.at(table, rule);
        if (mayBe(rule, context, best)) {
          best = better(new Nearest(table, decided, rule, List.of()), context, best);
        }
      }
    }
    return best.map(Candidate::nearest);
  }

  private static boolean accepts(Rule rule) {
    for (Statement statement : rule.statements()) {
      if (statement instanceof Statement.Decide
          && ((Statement.Decide) statement).verdict() == Verdict.Simple.ACCEPT) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rule can be nearer than the best; quick, as words for all rules take long. */
  private static boolean mayBe(Rule rule, PacketContext context, Optional<Candidate> best) {
    int fewest = 0;
    int matches = 0;
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match) {
        matches++;
        fewest += MatchWords.isOne((Match) statement) && fails(statement, context) ? 1 : 0;
      }
    }
    int most = matches - fewest;
    int least = fewest;
    return fewest <= MOST_DIFFERENCES && best.map(b -> b.isBehind(least, most)).orElse(true);
  }

  private static boolean fails(Statement match, PacketContext context) {
    return ((Match) match).test(context) == Truth.NO;
  }

  private static Optional<Candidate> better(
      Nearest bare, PacketContext context, Optional<Candidate> best) {
    List<Nearest.Difference> differs = new ArrayList<>();
    int held = 0;
    for (Statement statement : bare.rule().statements()) {
      if (statement instanceof Match) {
        List<MatchWords.Mismatch> found = MatchWords.of((Match) statement, context);
        held += found.isEmpty() ? 1 : 0;
        found.forEach(m -> differs.add(new Nearest.Difference(m.field(), m.actual(), m.wanted())));
      }
    }
    int others = held;
    boolean close =
        differs.size() <= MOST_DIFFERENCES
            && differs.stream().noneMatch(NearestMiss::isBesideThePoint)
            && best.map(b -> b.isBehind(differs.size(), others)).orElse(true);
    Nearest found = new Nearest(bare.table(), bare.chain(), bare.rule(), differs);
    return close ? Optional.of(new Candidate(found, held)) : best;
  }

  /** Rules for answers and for loopback are close to every packet, and help no one. */
  private static boolean isBesideThePoint(Nearest.Difference difference) {
    return difference.field().equals("ct state") || difference.wanted().equals("lo");
  }
}
