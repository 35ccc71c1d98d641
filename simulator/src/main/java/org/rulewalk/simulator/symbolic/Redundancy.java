package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Whether later rules of the same chain, or its policy, would decide the same for all packets of a
 * rule, and nothing between would do anything with them. Says so only of rules that do nothing but
 * test, count and decide.
 */
final class Redundancy {
  private static final int FIRST_TRIES = 8;
  private static final int MOST_OTHERS = 50;
  private static final int MOST_TRIES = 60;
  private static final int MOST_STEPS = 1_000;
  private static final int MOST_NODES = 100_000;

  /** Stands for the policy. */
  static final int POLICY = Integer.MAX_VALUE;

  private static final int UNKNOWN = -1;

  private final Bdd bdd;
  private final List<ChainFlow.Passing> run;
  private final RunTakers takers;
  private final boolean[] decides;
  private final List<Optional<Statement>> verdicts;

  /** By place: the next rule of the chain that does more than test, count and decide. */
  private final int[] stops;

  Redundancy(PacketSpace space, List<ChainFlow.Passing> run, RunTakers takers) {
    this.bdd = space.bdd();
    this.run = run;
    this.takers = takers;
    this.decides = new boolean[run.size()];
    this.verdicts = new ArrayList<>();
    this.stops = new int[run.size()];
    Map<ChainFlow.Frame, Integer> next = new IdentityHashMap<>();
    for (int i = run.size() - 1; i >= 0; i--) {
      ChainFlow.Passing passing = run.get(i);
      stops[i] = next.getOrDefault(passing.frame(), POLICY);
      if (!isPlain(passing)) {
        next.put(passing.frame(), i);
        stops[i] = i;
      }
    }
    for (int i = 0; i < run.size(); i++) {
      ChainFlow.Passing passing = run.get(i);
      decides[i] = !passing.ended().isEmpty() || !passing.left().isEmpty() || leads(passing.rule());
      boolean all = !passing.wanted().isEmpty() && passing.ended().equals(passing.wanted());
      verdicts.add(all ? RuleUse.verdict(passing.rule()) : Optional.empty());
    }
  }

  private Redundancy(Redundancy other, PacketSpace copy, RunTakers takers) {
    this.bdd = copy.bdd();
    this.run = other.run;
    this.takers = takers;
    this.decides = other.decides;
    this.verdicts = other.verdicts;
    this.stops = other.stops;
  }

  /** The same in a copy of the space, for another thread. */
  Redundancy in(PacketSpace copy, RunTakers there) {
    return new Redundancy(this, copy, there);
  }

  private static boolean leads(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                s instanceof Statement.DecideByMap
                    || s instanceof Statement.Decide
                        && ((Statement.Decide) s).verdict() instanceof Verdict.Jump);
  }

  private boolean isPlain(ChainFlow.Passing passing) {
    return passing.rule().statements().stream().allMatch(Redundancy::isPlain)
        && !bdd.asks(passing.wanted().node(), level -> level >= PacketSpace.FIRST_DOUBT);
  }

  private static boolean isPlain(Statement statement) {
    if (statement instanceof Statement.DecideByMap) {
      return ((Statement.DecideByMap) statement).map() instanceof SetReference.Anonymous;
    }
    boolean counter =
        statement instanceof Statement.Note
            && ((Statement.Note) statement).kind() == Statement.Note.Kind.COUNTER;
    return counter
        || statement instanceof org.rulewalk.simulator.rules.Match
        || statement instanceof Statement.Decide
        || statement instanceof Statement.Reject;
  }

  /**
   * Looks at one rule.
   *
   * @return places of the later rules that would decide the same, or {@link #POLICY}; empty if it
   *     is not so, or not known
   */
  Optional<List<Integer>> of(int at) {
    if (stops[at] == at || verdicts.get(at).isEmpty()) {
      return Optional.empty();
    }
    int mark = bdd.size();
    try {
      return new Search(at, mark).answer();
    } catch (SpaceExhausted e) {
      return Optional.empty();
    } finally {
      bdd.release(mark);
    }
  }

  private final class Search {
    private final int at;
    private final int mark;
    private final Statement verdict;
    private final RunTakers.Before before;
    private final int[] behind;
    private final Random random;
    private int rest;
    private int steps;

    Search(int at, int mark) {
      this.at = at;
      this.mark = mark;
      this.verdict = verdicts.get(at).orElseThrow();
      this.before = takers.before(at);
      int end = Math.min(stops[at], takers.end(at));
      this.behind = takers.behind(at, end, place -> decides[place]);
      this.random = new Random(at);
      this.rest = takers.wanted(at);
    }

    Optional<List<Integer>> answer() {
      for (int i = 0; i < FIRST_TRIES; i++) {
        if (isNeededFor(Point.in(bdd, rest, random))) {
          return Optional.empty();
        }
      }
      return isNeededBeforeAnother() ? Optional.empty() : proven();
    }

    private boolean isNeededFor(Point packet) {
      return !isAlike(next(packet)) && before.taker(packet).isEmpty();
    }

    /** Tries packets of later rules that decide otherwise: far quicker than a proof that fails. */
    private boolean isNeededBeforeAnother() {
      int tried = 0;
      for (int i = 0; i < behind.length && tried < MOST_OTHERS; i++) {
        if (isAlike(behind[i])) {
          continue;
        }
        int both = bdd.and(rest, run.get(behind[i]).wanted().node());
        if (both != Bdd.FALSE) {
          tried++;
          if (isNeededFor(Point.in(bdd, both, random))) {
            return true;
          }
        }
      }
      return false;
    }

    private Optional<List<Integer>> proven() {
      List<Integer> deciders = new ArrayList<>();
      for (int i = 0; i < MOST_TRIES && rest != Bdd.FALSE; i++) {
        Point packet = Point.in(bdd, rest, random);
        int next = next(packet);
        int same = isAlike(next) ? decidedAlike(next) : UNKNOWN;
        if (same == UNKNOWN) {
          Optional<RunTakers.Taken> taken = before.taker(packet);
          if (taken.isEmpty()) {
            return Optional.empty();
          }
          rest = bdd.minus(rest, taken.get().region());
          continue;
        }
        rest = bdd.minus(rest, same);
        if (!deciders.contains(next)) {
          deciders.add(next);
        }
      }
      return rest == Bdd.FALSE && !deciders.isEmpty() ? Optional.of(deciders) : Optional.empty();
    }

    /** The rule that would see the packet next; unknown if it may have to do more than decide. */
    private int next(Point packet) {
      long[] bits = takers.hulls().bits(packet);
      for (int place : behind) {
        if (takers.matches(place, packet, bits)) {
          return place;
        }
      }
      return stops[at] == POLICY ? POLICY : UNKNOWN;
    }

    /** Whether the rule at a place, or the policy, decides the same. */
    private boolean isAlike(int next) {
      if (next != POLICY) {
        return next != UNKNOWN && verdicts.get(next).equals(Optional.of(verdict));
      }
      Chain chain = run.get(at).chain();
      return chain instanceof Chain.Base
          && verdict instanceof Statement.Decide
          && ((Statement.Decide) verdict).verdict() == ((Chain.Base) chain).policy();
    }

    /** The packets of the rule that it decides then; unknown if that is too much work. */
    private int decidedAlike(int next) {
      int same = next == POLICY ? rest : bdd.and(rest, run.get(next).wanted().node());
      for (int i = 0; same > Bdd.FALSE && i < behind.length && behind[i] < next; i++) {
        if (next == POLICY || takers.hulls().mayMeet(behind[i], next)) {
          same = bdd.minus(same, run.get(behind[i]).wanted().node());
          steps++;
        }
        if (steps > MOST_STEPS || bdd.size() - mark > MOST_NODES) {
          return UNKNOWN;
        }
      }
      return same;
    }
  }
}
