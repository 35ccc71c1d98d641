package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;

/**
 * Looks for commands that together make the answer the wished one: tries what may take the first
 * cause away, asks the model again, goes on with what stops the packet then, and steps back where
 * that leads nowhere.
 */
final class Cure {
  private static final int MOST_RUNS = 600;
  private static final int MOST_FIXES = 16;

  private final Question question;
  private final Asking asking;
  private final Explaining explaining;

  /** Chains in which a rule for the first packet of a connection is not enough. */
  private final Set<List<String>> whole = new HashSet<>();

  private int runs;
  private boolean again;

  Cure(Question question, Asking asking, Explaining explaining) {
    this.question = question;
    this.asking = asking;
    this.explaining = explaining;
  }

  /**
   * What was found.
   *
   * @param fixes commands with which the model answers as wished, in the order to run them; none if
   *     there are none
   * @param open causes that no command of a captured machine takes away
   * @param afterwards commands that are needed once those are gone
   */
  record Found(List<Fix> fixes, List<Cause> open, List<Fix> afterwards) {}

  Found find(Network network) {
    Asking.Seen seen = asking.ask(network, Choices.LIKELY);
    Optional<List<Fix>> fixes = search(network, seen, MOST_FIXES);
    while (again && fixes.isEmpty()) {
      again = false;
      runs = 0;
      fixes = search(network, seen, MOST_FIXES);
    }
    return fixes
        .map(found -> new Found(least(network, found), List.of(), List.of()))
        .orElseGet(() -> partly(network));
  }

  /** If not, and a rule for new connections alone is why, the search starts again without that. */
  private boolean isKeptUp(Network network, Asking.Seen seen) {
    Optional<Cause> stopped = stoppedNext(network, seen);
    again = stopped.map(cause -> RuleFix.chain(cause).map(whole::add).orElse(false)).orElse(false);
    return stopped.isEmpty();
  }

  /** A large packet came after small ones: what follows has been seen. */
  private static Optional<Cause> stoppedNext(Network network, Asking.Seen seen) {
    return seen.large() ? Optional.empty() : FollowUp.stopped(network, seen.outcome());
  }

  private Optional<List<Fix>> search(Network network, Asking.Seen seen, int depth) {
    if (seen.isSuccess()) {
      return isKeptUp(network, seen) ? Optional.of(List.of()) : Optional.empty();
    }
    Optional<Cause> cause = depth == 0 ? Optional.empty() : first(network, seen);
    if (cause.isEmpty()) {
      return Optional.empty();
    }
    for (Fix fix : new FixWriter(network, question, seen.trace(), whole).candidates(cause.get())) {
      if (again || runs++ >= MOST_RUNS) {
        return Optional.empty();
      }
      Network changed = fix.change().apply(network);
      Asking.Seen after = asking.ask(changed, Choices.LIKELY);
      if (!helps(cause.get(), changed, after)) {
        continue;
      }
      Optional<List<Fix>> rest = search(changed, after, depth - 1);
      if (rest.isPresent()) {
        List<Fix> all = new ArrayList<>(List.of(fix));
        all.addAll(rest.get());
        return Optional.of(all);
      }
    }
    return Optional.empty();
  }

  /** Without those that others have made needless. */
  private List<Fix> least(Network network, List<Fix> found) {
    List<Fix> kept = new ArrayList<>(found);
    for (Fix fix : found) {
      List<Fix> others = new ArrayList<>(kept);
      others.remove(fix);
      Network changed = network;
      for (Fix other : others) {
        changed = other.change().apply(changed);
      }
      Asking.Seen seen = asking.ask(changed, Choices.LIKELY);
      if (seen.isSuccess() && stoppedNext(changed, seen).isEmpty()) {
        kept = others;
      }
    }
    return kept;
  }

  private Optional<Cause> first(Network network, Asking.Seen seen) {
    return Causes.first(network, seen)
        .map(cause -> explaining.explained(cause, network, seen.trace(), this::plain));
  }

  private Optional<Cause> plain(Network network) {
    Asking.Seen seen = asking.ask(network, Choices.LIKELY);
    return seen.isSuccess() ? Optional.empty() : Causes.first(network, seen);
  }

  private boolean helps(Cause before, Network changed, Asking.Seen after) {
    return after.isSuccess()
        || first(changed, after).map(cause -> !isSame(before, cause)).orElse(false);
  }

  /** Whether two runs were stopped by the same thing. */
  static boolean isSame(Cause one, Cause other) {
    return one.machine().equals(other.machine())
        && one.request() == other.request()
        && one.insight().equals(other.insight())
        && one.journey().incoming().equals(other.journey().incoming())
        && what(one).equals(what(other));
  }

  /** What decided, whatever its number in its chain is by now. */
  private static Object what(Cause cause) {
    if (cause.step().isPresent()) {
      Step step = cause.step().get();
      return step instanceof Step.OfRule
          ? List.of(
              ((Step.OfRule) step).table().title(),
              ((Step.OfRule) step).chain().name(),
              ((Step.OfRule) step).rule().statements())
          : List.of(((Step.OfPolicy) step).table().title(), ((Step.OfPolicy) step).chain().name());
    }
    return cause.end() instanceof End.Stopped
        ? ((End.Stopped) cause.end()).stop().getClass()
        : cause.kind();
  }

  /** With every cause thought away that nothing takes away, what else is needed. */
  private Found partly(Network network) {
    List<Fix> fixes = new ArrayList<>();
    List<Cause> open = new ArrayList<>();
    Network current = network;
    for (int round = 0; round < MOST_FIXES; round++) {
      Asking.Seen seen = asking.ask(current, Choices.LIKELY);
      Optional<Cause> cause = seen.isSuccess() ? Optional.empty() : first(current, seen);
      if (cause.isEmpty()) {
        break;
      }
      Optional<Fix> fix = helping(current, seen, cause.get());
      if (fix.isPresent()) {
        fixes.add(fix.get());
        current = fix.get().change().apply(current);
        continue;
      }
      boolean again = open.stream().anyMatch(known -> isSame(known, cause.get()));
      Optional<Network> without =
          again ? Optional.empty() : Pretending.without(cause.get(), current);
      if (!again) {
        open.add(cause.get());
      }
      if (without.isEmpty()) {
        break;
      }
      current = without.get();
    }
    return new Found(List.of(), open, open.isEmpty() ? List.of() : fixes);
  }

  private Optional<Fix> helping(Network network, Asking.Seen seen, Cause cause) {
    for (Fix fix : new FixWriter(network, question, seen.trace(), whole).candidates(cause)) {
      Network changed = fix.change().apply(network);
      if (helps(cause, changed, asking.ask(changed, Choices.LIKELY))) {
        return Optional.of(fix);
      }
    }
    return Optional.empty();
  }
}
