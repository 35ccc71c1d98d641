package org.rulewalk.diagnostics.text;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Verdict;
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
        if (isFilter(of.hook(), of.chain()) && of.verdict() == Verdict.Simple.ACCEPT) {
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
      } else if (step instanceof Step.OfPolicy) {
        Step.OfPolicy of = (Step.OfPolicy) step;
        found = isFilter(of.hook(), of.chain()) ? Optional.of(policy(journey, of)) : found;
      }
    }
    return found;
  }

  private static Passing policy(Journey journey, Step.OfPolicy of) {
    return new Passing(
        "On "
            + journey.machine()
            + ", no rule of "
            + of.chain().name()
            + " in "
            + CauseWords.table(of.table())
            + " is about it, and the policy accepts.",
        of.chain().source());
  }

  private static boolean isFilter(Hook hook, Chain chain) {
    boolean translates =
        chain instanceof Chain.Base && ((Chain.Base) chain).type() == Chain.Type.NAT;
    return !translates && (hook == Hook.FORWARD || hook == Hook.INPUT);
  }
}
