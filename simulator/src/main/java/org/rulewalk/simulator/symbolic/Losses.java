package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How many of the packets of a rule earlier rules decide otherwise, by all addresses, ports and
 * protocols that it is for. Mere exceptions from the rule, which are for some of its packets alone,
 * are no loss.
 *
 * <p>Most rules have so little in common with those before that {@link Bounds} tell. Else those
 * that take more than a trifle are followed, until what may be lost is not worth telling.
 */
final class Losses {
  /** Fewer are not told. */
  static final double TOLD = 0.1;

  private static final int MOST_NODES = 100_000;
  private static final int FIRST_LOOK = 32;

  /** Rules that together take no more are left out. */
  private static final double NEGLIGIBLE = 0.0005;

  private final PacketSpace space;
  private final Bdd bdd;
  private final RunTakers takers;
  private final PacketSet ordinary;
  private final BitSet accepts;
  private final BitSet refuses;

  Losses(PacketSpace space, List<ChainFlow.Passing> run, RunTakers takers) {
    this.space = space;
    this.bdd = space.bdd();
    this.takers = takers;
    this.ordinary = space.ordinary();
    this.accepts = new BitSet();
    this.refuses = new BitSet();
    for (int i = 0; i < run.size(); i++) {
      accepts.set(i, RuleUse.accepts(run.get(i).rule()));
      refuses.set(i, RuleUse.refuses(run.get(i).rule()));
    }
  }

  private Losses(Losses other, PacketSpace copy, RunTakers takers) {
    this.space = copy;
    this.bdd = copy.bdd();
    this.takers = takers;
    this.ordinary = copy.ordinary();
    this.accepts = other.accepts;
    this.refuses = other.refuses;
  }

  /** The same in a copy of the space, for another thread. */
  Losses in(PacketSpace copy, RunTakers there) {
    return new Losses(this, copy, there);
  }

  /**
   * What a rule loses.
   *
   * @param share of all addresses, ports and protocols that it is for
   * @param takers places of rules that decide otherwise
   * @param example a packet that it loses
   */
  record Loss(double share, List<Integer> takers, Optional<Sample> example) {}

  /**
   * What a rule loses; empty if that is not worth telling.
   *
   * @throws SpaceExhausted if it is too much work to tell
   */
  Optional<Loss> of(int at, RunTakers.Before before) {
    return new Search(at, before).answer();
  }

  /**
   * A rule that may take packets.
   *
   * @param most it has no larger share of the rule's packets
   */
  private record Weighed(RunTakers.Taker taker, double most) {}

  private final class Search {
    private final int mark = bdd.size();
    private final int at;
    private final List<RunTakers.Taker> all;
    private final int bounds;
    private final int wanted;

    Search(int at, RunTakers.Before before) {
      this.at = at;
      this.all = before.all();
      this.bounds = takers.bounds(at);
      this.wanted = takers.wanted(at);
    }

    Optional<Loss> answer() {
      if (all.stream().noneMatch(taker -> isOtherwise(taker.by()))) {
        return Optional.empty();
      }
      double weight = weight(wanted);
      List<Weighed> others = weighed(weight, true);
      if (others.stream().mapToDouble(Weighed::most).sum() <= TOLD) {
        return Optional.empty();
      }
      Set<RunTakers.Taker> small = new HashSet<>();
      small.addAll(negligible(others));
      small.addAll(negligible(weighed(weight, false)));
      return inOrder(all.stream().filter(taker -> !small.contains(taker)).toList(), weight);
    }

    private List<Weighed> weighed(double weight, boolean otherwise) {
      return all.stream()
          .filter(taker -> isOtherwise(taker.by()) == otherwise)
          .map(taker -> new Weighed(taker, takers.limits().mostInBoth(at, taker.by()) / weight))
          .sorted(Comparator.comparingDouble(Weighed::most))
          .toList();
    }

    private List<RunTakers.Taker> negligible(List<Weighed> sorted) {
      int count = 0;
      double sum = 0;
      while (count < sorted.size() && sum + sorted.get(count).most() <= NEGLIGIBLE) {
        sum += sorted.get(count).most();
        count++;
      }
      return sorted.subList(0, count).stream().map(Weighed::taker).toList();
    }

    private Optional<Loss> inOrder(List<RunTakers.Taker> some, double weight) {
      int open = wanted;
      int lost = Bdd.FALSE;
      int seen = wanted;
      int look = FIRST_LOOK;
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < some.size(); i++) {
        if (bdd.size() - mark > MOST_NODES) {
          throw SpaceExhausted.ofNodes(MOST_NODES);
        }
        int by = some.get(i).by();
        int region = takers.region(some.get(i));
        int here = bdd.and(open, region);
        open = bdd.minus(open, here);
        if (here != Bdd.FALSE && isOtherwise(by) && !isException(region)) {
          lost = bdd.or(lost, here);
          places.add(by);
        }
        if (i >= look && open != seen) {
          seen = open;
          look = 2 * i;
          if (share(bdd.or(lost, open), weight) <= TOLD) {
            return Optional.empty();
          }
        }
      }
      double share = share(lost, weight);
      return share > TOLD ? Optional.of(loss(share, places, lost)) : Optional.empty();
    }

    private Loss loss(double share, List<Integer> places, int lost) {
      Optional<Sample> example = Sample.of(space.set(lost), List.of(ordinary));
      return new Loss(share, places.stream().distinct().sorted().toList(), example);
    }

    private boolean isException(int region) {
      return bdd.implies(bdd.and(region, bounds), wanted);
    }

    private boolean isOtherwise(int place) {
      return accepts.get(at) && refuses.get(place) || refuses.get(at) && accepts.get(place);
    }

    private double share(int part, double weight) {
      return 1 - weight(bdd.minus(wanted, part)) / weight;
    }
  }

  /** How much of all addresses, ports and protocols a set has; whatever else they have. */
  private double weight(int set) {
    int plain = bdd.exists(set, level -> !space.isAddress(level));
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
}
