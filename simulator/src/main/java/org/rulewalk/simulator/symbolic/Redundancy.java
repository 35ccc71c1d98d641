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
  private static final int MOST_TRIES = 60;
  private static final int MOST_STEPS = 3_000;
  private static final int MOST_NODES = 200_000;

  private final Bdd bdd;
  private final List<ChainFlow.Passing> run;
  private final RunTakers takers;
  private final boolean[] plain;
  private final Random random = new Random(1);

  Redundancy(PacketSpace space, List<ChainFlow.Passing> run, RunTakers takers) {
    this.bdd = space.bdd();
    this.run = run;
    this.takers = takers;
    this.plain = new boolean[run.size()];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = isPlain(run.get(i));
    }
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
    if (!plain[at] || !decidesAll(at)) {
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

  private boolean decidesAll(int at) {
    ChainFlow.Passing passing = run.get(at);
    return RuleUse.verdict(passing.rule()).isPresent()
        && !passing.wanted().isEmpty()
        && passing.ended().equals(passing.wanted());
  }

  private final class Search {
    private final int at;
    private final int mark;
    private final Statement verdict;
    private final List<Integer> members;
    private final int place;
    private int rest;
    private int steps;

    Search(int at, int mark) {
      this.at = at;
      this.mark = mark;
      this.verdict = RuleUse.verdict(run.get(at).rule()).orElseThrow();
      this.members = takers.members(run.get(at).frame());
      this.place = java.util.Collections.binarySearch(members, at);
      this.rest = takers.wanted(at);
    }

    Optional<List<Integer>> answer() {
      List<Integer> deciders = new ArrayList<>();
      for (int i = 0; i < MOST_TRIES && rest != Bdd.FALSE; i++) {
        Point packet = Point.in(bdd, rest, random);
        int next = next(packet);
        int same = next < 0 ? -1 : decidedAlike(next);
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
        boolean decides =
            !run.get(member).ended().isEmpty()
                || !run.get(member).left().isEmpty()
                || leads(run.get(member).rule());
        if (decides && takers.matches(member, packet, bits)) {
          return i;
        }
      }
      return members.size();
    }

    /** The packets that come to this member from the rule and get the same verdict; -1 if none. */
    private int decidedAlike(int next) {
      boolean policy = next == members.size();
      int same = policy ? byPolicy() : byRule(members.get(next));
      for (int i = place + 1; same > Bdd.FALSE && i < next; i++) {
        int member = members.get(i);
        if (policy || takers.hulls().mayMeet(member, members.get(next))) {
          same = bdd.minus(same, run.get(member).wanted().node());
          steps++;
        }
        if (steps > MOST_STEPS || bdd.size() - mark > MOST_NODES) {
          return -1;
        }
      }
      return same;
    }

    private int byPolicy() {
      Chain chain = run.get(at).chain();
      boolean alike =
          chain instanceof Chain.Base
              && verdict instanceof Statement.Decide
              && ((Statement.Decide) verdict).verdict() == ((Chain.Base) chain).policy();
      return alike ? rest : -1;
    }

    private int byRule(int member) {
      boolean alike =
          decidesAll(member)
              && RuleUse.verdict(run.get(member).rule()).filter(verdict::equals).isPresent();
      return alike ? bdd.and(rest, run.get(member).wanted().node()) : -1;
    }

    private boolean leads(Rule rule) {
      return rule.statements().stream()
          .anyMatch(
              s ->
                  s instanceof Statement.DecideByMap
                      || s instanceof Statement.Decide
                          && ((Statement.Decide) s).verdict() instanceof Verdict.Jump);
    }
  }
}
