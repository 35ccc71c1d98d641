package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Whether earlier rules take all packets of a rule: tries a packet; whatever takes it is taken out,
 * with all that it takes; until a packet gets through or none is left. The packets left over never
 * depend on more rules than these, so that large rulesets need little memory.
 */
final class Coverage {
  private static final int MOST_TRIES = 400;
  private static final int MOST_NODES = 400_000;
  private static final int MOST_COMPARED = 12;

  /** So many packets have to get through: what takes others is wanted as well. */
  private static final int ENOUGH = 3;

  private final PacketSpace space;
  private final Bdd bdd;
  private final RunTakers takers;
  private final PacketSet ordinary;

  Coverage(PacketSpace space, RunTakers takers) {
    this.space = space;
    this.bdd = space.bdd();
    this.takers = takers;
    this.ordinary = space.ordinary();
  }

  /** What became of the packets of a rule. */
  enum End {
    /** Some get to it. */
    OPEN,
    /** None does. */
    TAKEN,
    /** It was too much work to tell. */
    NOT_KNOWN
  }

  /**
   * An answer.
   *
   * @param takers places of the rules that together take all, if all are taken
   * @param example a packet that the rule is for, if all are taken
   * @param before the rules before it
   * @param rest its packets without those that were found to be taken
   */
  record Answer(
      End end, List<Integer> takers, Optional<Sample> example, RunTakers.Before before, int rest) {}

  /** Looks at one rule. */
  Answer of(int at) {
    RunTakers.Before before = takers.before(at);
    int wanted = takers.wanted(at);
    try {
      return new Search(wanted, before, new Random(at)).answer();
    } catch (SpaceExhausted e) {
      return new Answer(End.NOT_KNOWN, List.of(), Optional.empty(), before, wanted);
    }
  }

  private final class Search {
    private final int wanted;
    private final int mark = bdd.size();
    private final RunTakers.Before before;
    private final List<RunTakers.Taken> taken = new ArrayList<>();
    private final Random random;
    private int rest;

    Search(int wanted, RunTakers.Before before, Random random) {
      this.wanted = wanted;
      this.before = before;
      this.random = random;
      this.rest = wanted;
    }

    Answer answer() {
      End end = search();
      if (end != End.TAKEN) {
        return new Answer(end, List.of(), Optional.empty(), before, rest);
      }
      needed();
      List<Integer> places = taken.stream().map(RunTakers.Taken::by).distinct().sorted().toList();
      Optional<Sample> example = Sample.of(space.set(wanted), List.of(ordinary));
      return new Answer(end, places, example, before, rest);
    }

    private End search() {
      int through = 0;
      for (int i = 0; i < MOST_TRIES && bdd.size() - mark < MOST_NODES; i++) {
        if (rest == Bdd.FALSE) {
          return End.TAKEN;
        }
        Optional<RunTakers.Taken> by = before.taker(Point.in(bdd, rest, random));
        if (by.isEmpty()) {
          through++;
          if (through == ENOUGH) {
            return End.OPEN;
          }
        } else {
          taken.add(by.get());
          rest = bdd.minus(rest, by.get().region());
        }
      }
      return rest == Bdd.FALSE ? End.TAKEN : through > 0 ? End.OPEN : End.NOT_KNOWN;
    }

    /** Leaves out what the others take as well. */
    private void needed() {
      for (int i = 0; taken.size() <= MOST_COMPARED && i < taken.size(); ) {
        int left = wanted;
        for (int j = 0; j < taken.size(); j++) {
          left = j == i ? left : bdd.minus(left, taken.get(j).region());
        }
        if (left == Bdd.FALSE && taken.size() > 1) {
          taken.remove(i);
        } else {
          i++;
        }
      }
    }
  }
}
