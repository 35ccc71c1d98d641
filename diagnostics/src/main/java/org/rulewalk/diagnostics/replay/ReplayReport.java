package org.rulewalk.diagnostics.replay;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.recording.Troubles;

/**
 * What a replay gave.
 *
 * @param complete whether all of the traffic was taken
 * @param counterCheck how the capture's own counters compare, if that was asked
 * @param against what another ruleset would change, if that was asked
 */
public record ReplayReport(
    Replay replay,
    List<Troubles.Trouble> troubles,
    boolean complete,
    Optional<CounterCheck> counterCheck,
    Optional<Against> against) {
  /** Keeps a copy. */
  public ReplayReport {
    troubles = List.copyOf(troubles);
  }

  /** Whether something was dropped, or differs. */
  public boolean foundSomething() {
    return replay.totals().dropped() > 0
        || replay.disagreements().packets() > 0
        || against.map(a -> !a.changes().isEmpty()).orElse(false)
        || counterCheck.map(c -> !c.differences().isEmpty()).orElse(false);
  }
}
