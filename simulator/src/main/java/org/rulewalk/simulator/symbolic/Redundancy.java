package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
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

  private final Bdd bdd;
  private final List<ChainFlow.Passing> run;
  private final RunTakers takers;
  private final boolean[] plain;
  private final boolean[] decides;
  private final List<Optional<Statement>> verdicts = new ArrayList<>();

  Redundancy(PacketSpace space, List<ChainFlow.Passing> run, RunTakers takers) {
    this.bdd = space.bdd();
    this.run = run;
    this.takers = takers;
    this.plain = new boolean[run.size()];
    this.decides = new boolean[run.size()];
    for (int i = 0; i < plain.length; i++) {
      ChainFlow.Passing passing = run.get(i);
      plain[i] = isPlain(passing);
      decides[i] = !passing.ended().isEmpty() || !passing.left().isEmpty() || leads(passing.rule());
      boolean all = !passing.wanted().isEmpty() && passing.ended().equals(passing.wanted());
      verdicts.add(all ? RuleUse.verdict(passing.rule()) : Optional.empty());
    }
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
   * @return places of the later rules that would decide the same, and -1 for the policy; empty if
   *     it is not so, or not known
   */
  Optional<List<Integer>> of(int at) {
    if (!plain[at] || verdicts.get(at).isEmpty()) {
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
    private final List<Integer> members;
    private final int place;
    private final Random random;
    private int rest;
    private int steps;

    Search(int at, int mark) {
      this.at = at;
      this.mark = mark;
      this.verdict = verdicts.get(at).orElseThrow();
      this.members = takers.members(run.get(at).frame());
      this.place = java.util.Collections.binarySearch(members, at);
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
      return !isAlike(next(packet)) && takers.taker(at, packet).isEmpty();
    }

    /** Tries packets of later rules that decide otherwise: far quicker than a proof that fails. */
    private boolean isNeededBeforeAnother() {
      int tried = 0;
      for (int i = place + 1; i < members.size() && tried < MOST_OTHERS; i++) {
        int member = members.get(i);
        if (!decides[member] || isAlike(i) || !takers.hulls().mayMeet(member, at)) {
          continue;
        }
        int both = bdd.and(rest, run.get(member).wanted().node());
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
        int same = isAlike(next) ? decidedAlike(next) : -1;
        if (same < 0) {
          Optional<RunTakers.Taken> before = takers.taker(at, packet);
          if (before.isEmpty()) {
            return Optional.empty();
          }
          rest = bdd.minus(rest, before.get().region());
          continue;
        }
        rest = bdd.minus(rest, same);
        int decider = next == members.size() ? -1 : members.get(next);
        if (!deciders.contains(decider)) {
          deciders.add(decider);
        }
      }
      return rest == Bdd.FALSE && !deciders.isEmpty() ? Optional.of(deciders) : Optional.empty();
    }

    /**
     * Which of the members would see the packet next, by place; their number if none does; -1 if
     * something on the way there might do more than decide.
     */
    private int next(Point packet) {
      long[] bits = takers.hulls().bits(packet);
      for (int i = place + 1; i < members.size(); i++) {
        int member = members.get(i);
        if (!plain[member]) {
          return -1;
        }
        if (decides[member] && takers.matches(member, packet, bits)) {
          return i;
        }
      }
      return members.size();
    }

    /** Whether the member at a place, or the policy behind the last, decides the same. */
    private boolean isAlike(int next) {
      if (next < members.size()) {
        return next >= 0 && verdicts.get(members.get(next)).equals(Optional.of(verdict));
      }
      Chain chain = run.get(at).chain();
      return chain instanceof Chain.Base
          && verdict instanceof Statement.Decide
          && ((Statement.Decide) verdict).verdict() == ((Chain.Base) chain).policy();
    }

    /** The packets of the rule that it decides then; -1 if that is too much work. */
    private int decidedAlike(int next) {
      boolean policy = next == members.size();
      int same = policy ? rest : bdd.and(rest, run.get(members.get(next)).wanted().node());
      for (int i = place + 1; same > Bdd.FALSE && i < next; i++) {
        int member = members.get(i);
        if (takers.hulls().mayMeet(member, at)
            && (policy || takers.hulls().mayMeet(member, members.get(next)))) {
          same = bdd.minus(same, run.get(member).wanted().node());
          steps++;
        }
        if (steps > MOST_STEPS || bdd.size() - mark > MOST_NODES) {
          return -1;
        }
      }
      return same;
    }
  }
}
