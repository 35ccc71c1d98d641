package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Whether earlier rules take all packets of a rule: tries a packet; whatever takes it is taken out,
 * with all that it takes; until a packet gets through or none is left. The packets left over never
 * depend on more rules than these, so that large rulesets need little memory.
 */
final class Coverage {
  private static final int MOST_TRIES = 400;
  private static final int MOST_NODES = 400_000;
  private static final int MOST_COMPARED = 12;

  /** So many packets have to get through, for a look at what is taken from the others. */
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
   * @param takers places of rules that take packets from it; those that take all, if all are taken
   * @param share how much of the addresses, ports and protocols that the rule is for is lost to
   *     takers that decide otherwise, and are no mere exceptions from it
   * @param example a packet that the rule is for and does not get, if all are taken, or many
   */
  record Answer(End end, List<Integer> takers, double share, Optional<Sample> example) {}

  /**
   * Looks at one rule.
   *
   * @param decidesOtherwise whether the rule at a place decides otherwise
   */
  Answer of(int at, IntPredicate decidesOtherwise) {
    int mark = bdd.size();
    try {
      return new Search(takers.wanted(at), at, mark).answer(decidesOtherwise);
    } catch (SpaceExhausted e) {
      return new Answer(End.NOT_KNOWN, List.of(), 0, Optional.empty());
    } finally {
      bdd.release(mark);
    }
  }

  private final class Search {
    private final int wanted;
    private final int at;
    private final int mark;
    private final List<RunTakers.Taken> taken = new ArrayList<>();
    private final Random random;
    private final RunTakers.Before before;
    private int rest;

    Search(int wanted, int at, int mark) {
      this.wanted = wanted;
      this.at = at;
      this.mark = mark;
      this.random = new Random(at);
      this.rest = wanted;
      this.before = takers.before(at);
    }

    Answer answer(IntPredicate decidesOtherwise) {
      End end = search();
      if (end == End.TAKEN) {
        needed();
        List<Integer> places = taken.stream().map(RunTakers.Taken::by).distinct().sorted().toList();
        return new Answer(end, places, 1, example(wanted));
      }
      List<RunTakers.Taken> others =
          taken.stream()
              .filter(each -> decidesOtherwise.test(each.by()) && !isException(each))
              .toList();
      if (others.isEmpty()) {
        return new Answer(end, List.of(), 0, Optional.empty());
      }
      int left = wanted;
      for (RunTakers.Taken each : others) {
        left = bdd.minus(left, each.region());
      }
      double share = 1 - weight(left) / weight(wanted);
      List<Integer> places = others.stream().map(RunTakers.Taken::by).distinct().sorted().toList();
      Optional<Sample> example = share > 0 ? example(bdd.minus(wanted, left)) : Optional.empty();
      return new Answer(end, places, share, example);
    }

    private boolean isException(RunTakers.Taken each) {
      return bdd.implies(bdd.and(each.region(), takers.bounds(at)), wanted);
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

    private Optional<Sample> example(int set) {
      return Sample.of(space.set(set), List.of(ordinary));
    }
  }

  /** How much of all addresses, ports and protocols a set has; whatever else they have. */
  private double weight(int set) {
    int plain = bdd.exists(set, level -> !isAddress(level));
    return weight(plain, new HashMap<>());
  }

  private double weight(int node, Map<Integer, Double> known) {
    if (node <= Bdd.TRUE) {
      return node;
    }
    Double found = known.get(node);
    if (found == null) {
      found = (weight(bdd.low(node), known) + weight(bdd.high(node), known)) / 2;
      known.put(node, found);
    }
    return found;
  }

  private boolean isAddress(int level) {
    if (level >= PacketSpace.FIRST_DOUBT || !(space.fact(level) instanceof Fact.Part)) {
      return false;
    }
    int bit = space.bit(level);
    switch ((Fact.Part) space.fact(level)) {
      case VERSION:
      case PROTOCOL_FIELD:
        return true;
      case TRANSPORT:
        return bit < 32;
      case NETWORK4:
        return bit >= 96;
      case NETWORK6:
        return bit >= 64;
      default:
        return false;
    }
  }
}
