package org.rulewalk.diagnostics.expose;

import java.util.List;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Effects;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.simulator.value.IpAddress;

/**
 * A service exposed, on the model.
 *
 * @param steps what is to be done on each machine of the way, from the entry on
 * @param needed what else is needed that is no part of a forwarded port, to be done first
 * @param asked the addresses of the prefix that the question was asked from
 * @param answer the answer with all steps done; of several addresses, of the first that fails
 * @param besides other packets that the steps treat otherwise
 */
public record Exposure(
    Wish wish,
    Way way,
    List<MachineStep> steps,
    List<Fix> needed,
    List<IpAddress> asked,
    Answer answer,
    Checks checks,
    List<AlsoAllowed> alsoAllowed,
    Effects.Besides besides) {
  /** Keeps copies. */
  public Exposure {
    steps = List.copyOf(steps);
    needed = List.copyOf(needed);
    asked = List.copyOf(asked);
    alsoAllowed = List.copyOf(alsoAllowed);
  }

  /** How sure it is. */
  public enum Verdict {
    /** Everything was tried on the model and holds. */
    CHECKED,
    /** Something is in the way that no rules take away. */
    IMPOSSIBLE,
    /** The capture does not tell enough. */
    UNDECIDED
  }

  /** Whether it works. */
  public Verdict verdict() {
    switch (answer.verdict()) {
      case REACHABLE:
        return checks.allHold() ? Verdict.CHECKED : Verdict.UNDECIDED;
      case BLOCKED:
        return Verdict.IMPOSSIBLE;
      default:
        return Verdict.UNDECIDED;
    }
  }
}
