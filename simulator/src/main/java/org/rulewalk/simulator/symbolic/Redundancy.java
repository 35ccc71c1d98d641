package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int MOST_STEPS = 300;
  private static final int MOST_NODES = 100_000;
  private static final int MOST_NAMED = 50;

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
   * @param before the rules before it
   * @param coming its packets that may get to it
   * @return places of the later rules that would decide the same, or {@link #POLICY}; none if they
   *     are many; empty if it is not so, or not known
   */
  Optional<List<Integer>> of(int at, RunTakers.Before before, int coming) {
    if (stops[at] == at || verdicts.get(at).isEmpty()) {
      return Optional.empty();
    }
    try {
      return new Search(at, before, coming).answer();
    } catch (SpaceExhausted e) {
      return Optional.empty();
    }
  }

  private final class Search {
    private final int at;
    private final int mark = bdd.size();
    private final Statement verdict;
    private final RunTakers.Before before;
    private final int[] behind;
    private final Random random;
    private int rest;
    private int steps;

    Search(int at, RunTakers.Before before, int coming) {
      this.at = at;
      this.verdict = verdicts.get(at).orElseThrow();
      this.before = before;
      int end = Math.min(stops[at], takers.end(at));
      this.behind = takers.behind(at, end, place -> decides[place]);
      this.random = new Random(at);
      this.rest = coming;
    }

    Optional<List<Integer>> answer() {
      for (int i = 0; i < FIRST_TRIES; i++) {
        Point packet = Point.in(bdd, rest, random);
        if (!isAlike(next(packet)) && before.taker(packet).isEmpty()) {
          return Optional.empty();
        }
      }
      for (int place : behind) {
        if (!isAlike(place) && mayBeNeededFor(bdd.and(rest, run.get(place).wanted().node()))) {
          return Optional.empty();
        }
      }
      boolean policy = stops[at] == POLICY && isAlike(POLICY);
      return policy || !mayBeNeededFor(rest) ? Optional.of(deciders(policy)) : Optional.empty();
    }

    /**
     * Whether one of the packets may get to the rule, and then be decided otherwise without it.
     * Draws packets, and takes out what keeps each from that.
     */
    private boolean mayBeNeededFor(int some) {
      int open = some;
      while (open != Bdd.FALSE) {
        steps++;
        if (steps > MOST_STEPS || bdd.size() - mark > MOST_NODES) {
          return true;
        }
        Point packet = Point.in(bdd, open, random);
        int next = next(packet);
        if (isAlike(next)) {
          open = bdd.minus(open, run.get(next).wanted().node());
          continue;
        }
        Optional<RunTakers.Taken> taken = before.taker(packet);
        if (taken.isEmpty()) {
          return true;
        }
        open = bdd.minus(open, taken.get().region());
        rest = bdd.minus(rest, taken.get().region());
      }
      return false;
    }

    /** The rule that would see the packet next; unknown if it may have to do more than decide. */
    private int next(Point packet) {
      long[] bits = takers.limits().bits(packet);
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

    private List<Integer> deciders(boolean policy) {
      int[] alike = Arrays.stream(behind).filter(this::isAlike).toArray();
      List<Integer> deciders = new ArrayList<>();
      int left = rest;
      for (int i = 0; i < alike.length && left != Bdd.FALSE; i++) {
        if (i == MOST_NAMED) {
          return List.of();
        }
        int others = bdd.minus(left, run.get(alike[i]).wanted().node());
        if (others != left) {
          deciders.add(alike[i]);
        }
        left = others;
      }
      if (policy && left != Bdd.FALSE) {
        deciders.add(POLICY);
      }
      return deciders;
    }
  }
}
