package org.rulewalk.diagnostics.why;

import java.util.List;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Network;

/** What a change of the network does to packets besides those that were asked about. */
public interface Effects {
  /** What each fix knows of itself, without a look at the networks. */
  Effects TOLD =
      (before, after, asked, fixes) ->
          new Besides(
              fixes.stream().map(Fix::allows).filter(text -> !text.isEmpty()).distinct().toList(),
              false);

  /**
   * Classes of packets that pass after the change and did not before, the question's own left out.
   *
   * @param fixes the change, as commands
   */
  Besides of(Network before, Network after, Question asked, List<Fix> fixes);

  /**
   * What was found.
   *
   * @param classes one sentence each
   * @param exact whether these are all, so that no class means that nothing else changes
   * @param exceeded whether it takes more than it may to find all
   */
  record Besides(List<String> classes, boolean exact, boolean exceeded) {
    /** Where nothing was changed. */
    public static final Besides NONE = new Besides(List.of(), false, false);

    /** Keeps a copy. */
    public Besides {
      classes = List.copyOf(classes);
    }

    /** What was looked for within a bound that was enough. */
    public Besides(List<String> classes, boolean exact) {
      this(classes, exact, false);
    }

    /** The same where not all could be found. */
    public Besides cutShort() {
      return new Besides(classes, false, true);
    }
  }
}
