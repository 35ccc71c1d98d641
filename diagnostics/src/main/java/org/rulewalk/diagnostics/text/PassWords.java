package org.rulewalk.diagnostics.text;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.Source;

/** What lets a packet pass: the last rule or policy of a filter on its way. */
public final class PassWords {
  /**
   * A sentence and the place that it is about.
   *
   * @param where {@link Source#NONE} where no filter saw the packet
   */
  public record Passing(String text, Source where) {}

  private PassWords() {}

  /** The last filter that let the packet pass. */
  public static Passing of(Answer answer) {
    List<Journey> path = answer.trace().requestPath();
    for (int i = path.size() - 1; i >= 0; i--) {
      Optional<Passing> found = last(path.get(i));
      if (found.isPresent()) {
        return found.get();
      }
    }
    return new Passing("No rule and no policy on the way looks at it.", Source.NONE);
  }

  private static Optional<Passing> last(Journey journey) {
    Optional<Passing> found = Optional.empty();
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule) {
        Step.OfRule of = (Step.OfRule) step;
        if (isFilter(of.hook()) && of.verdict().equals(ACCEPT)) {
          found =
              Optional.of(
                  new Passing(
                      "On "
                          + journey.machine()
                          + ", rule "
                          + of.rule().number()
                          + " of "
                          + of.chain().name()
                          + " in "
                          + CauseWords.table(of.table())
                          + " accepts it: "
                          + of.rule().source().text().trim(),
                      of.rule().source()));
        }
      } else if (step instanceof Step.OfPolicy && isFilter(((Step.OfPolicy) step).hook())) {
        Step.OfPolicy of = (Step.OfPolicy) step;
        found = Optional.of(policy(journey, of.table(), of.chain()));
      }
    }
    return found;
  }

  private static final org.rulewalk.simulator.rules.Verdict ACCEPT =
      org.rulewalk.simulator.rules.Verdict.Simple.ACCEPT;

  private static Passing policy(Journey journey, Table table, Chain chain) {
    return new Passing(
        "On "
            + journey.machine()
            + ", no rule of "
            + chain.name()
            + " in "
            + CauseWords.table(table)
            + " is about it, and the policy accepts.",
        chain.source());
  }

  private static boolean isFilter(Hook hook) {
    return hook == Hook.FORWARD || hook == Hook.INPUT;
  }
}
