package org.rulewalk.diagnostics.reach;

import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.simulator.region.Box;
import org.rulewalk.simulator.trace.Journey;

/**
 * Questions with one answer.
 *
 * @param example the one that was asked, and its answer
 * @param followed whether the answer holds for all; if not, they were too many to ask
 */
record Piece(Scope scope, Box box, Answer example, boolean followed) {
  /** The verdict for all of them. */
  Answer.Verdict verdict() {
    return followed ? example.verdict() : Answer.Verdict.UNDECIDED;
  }

  /** The machine where those that get through end. */
  Optional<String> end() {
    return verdict() == Answer.Verdict.REACHABLE
        ? example.trace().requestPath().stream()
            .filter(Journey::isDelivered)
            .map(Journey::machine)
            .reduce((first, last) -> last)
        : Optional.empty();
  }

  /** Whether they get to their end, although no connection comes of it. */
  boolean arrivesInVain() {
    return verdict() == Answer.Verdict.BLOCKED
        && example.trace().requestPath().stream().anyMatch(Journey::isDelivered);
  }
}
