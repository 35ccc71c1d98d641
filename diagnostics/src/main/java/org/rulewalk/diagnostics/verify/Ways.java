package org.rulewalk.diagnostics.verify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;

/**
 * The ways that a packet may go where the simulator can't be sure: every doubt taken either way,
 * those first in which few are taken otherwise than is likely. At most {@link #MOST} are looked at.
 */
final class Ways {
  private static final int MOST = 64;

  private Ways() {}

  /** The first that fits. */
  static Optional<Outcome> find(Function<Choices, Outcome> run, Predicate<Outcome> fits) {
    Deque<List<Boolean>> open = new ArrayDeque<>(List.of(List.of()));
    for (int looked = 0; looked < MOST && !open.isEmpty(); looked++) {
      List<Boolean> fixed = open.remove();
      List<Boolean> taken = new ArrayList<>();
      Outcome outcome =
          run.apply(
              (machine, doubt) -> {
                int at = taken.size();
                taken.add(at < fixed.size() ? fixed.get(at) : doubt.likely());
                return taken.get(at);
              });
      if (fits.test(outcome)) {
        return Optional.of(outcome);
      }
      for (int at = fixed.size(); at < taken.size() && open.size() < MOST; at++) {
        List<Boolean> other = new ArrayList<>(taken.subList(0, at));
        other.add(!taken.get(at));
        open.add(other);
      }
    }
    return Optional.empty();
  }
}
