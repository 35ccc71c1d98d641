package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which earlier rule of one run keeps a packet from a later rule, and with it how many others. Asks
 * for single packets, so that no set has to be worked out that all rules shape.
 */
final class RunTakers {
  private final Bdd bdd;
  private final List<ChainFlow.Passing> run;
  private final Bounds limits;
  private final Map<ChainFlow.Frame, List<Integer>> members;
  private final Map<Integer, List<ChainFlow.Frame>> ledTo;
  private final Map<ChainFlow.Frame, Integer> bounds;

  RunTakers(PacketSpace space, List<ChainFlow.Passing> run) {
    this.bdd = space.bdd();
    this.run = run;
    this.limits =
        new Bounds(space, run.stream().mapToInt(passing -> passing.wanted().node()).toArray());
    this.members = new IdentityHashMap<>();
    this.ledTo = new HashMap<>();
    this.bounds = new IdentityHashMap<>();
    for (int i = 0; i < run.size(); i++) {
      ChainFlow.Frame frame = run.get(i).frame();
      if (!members.containsKey(frame)) {
        ledTo.computeIfAbsent(frame.caller(), unused -> new ArrayList<>()).add(frame);
        int outer = frame.caller() < 0 ? Bdd.TRUE : bounds(frame.caller());
        bounds.put(frame, bdd.and(outer, frame.entering().node()));
      }
      members.computeIfAbsent(frame, unused -> new ArrayList<>()).add(i);
    }
  }

  private RunTakers(RunTakers other, PacketSpace copy) {
    this.bdd = copy.bdd();
    this.run = other.run;
    this.limits = other.limits;
    this.members = other.members;
    this.ledTo = other.ledTo;
    this.bounds = other.bounds;
  }

  /** The same in a copy of the space, for another thread. */
  RunTakers in(PacketSpace copy) {
    return new RunTakers(this, copy);
  }

  /**
   * What keeps packets from a rule.
   *
   * @param by the place of the rule that does
   * @param region packets that it keeps away, or that rules before it have kept away already
   */
  record Taken(int by, int region) {}

  Bounds limits() {
    return limits;
  }

  /** Packets that a rule is for and that its callers would send to it. */
  int wanted(int at) {
    return bdd.and(run.get(at).wanted().node(), bounds(at));
  }

  /** Packets that its callers would send to it. */
  int bounds(int at) {
    return bounds.get(run.get(at).frame());
  }

  /** A rule with those that led to it, from within. */
  private int[] way(int at) {
    List<Integer> way = new ArrayList<>();
    for (int place = at; place >= 0; place = run.get(place).frame().caller()) {
      way.add(place);
    }
    return way.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Places of rules of its chain behind one, which may have packets in common with it. */
  int[] behind(int at, int end, IntPredicate which) {
    BitSet meeting = limits.meeting(way(at), at + 1, end);
    ChainFlow.Frame frame = run.get(at).frame();
    return meeting.stream()
        .filter(place -> run.get(place).frame() == frame && which.test(place))
        .toArray();
  }

  /** The last place of its chain, plus one. */
  int end(int at) {
    List<Integer> all = members.get(run.get(at).frame());
    return all.get(all.size() - 1) + 1;
  }

  /** The rules that may keep packets from one. */
  Before before(int at) {
    return new Before(at);
  }

  /**
   * A rule that may keep packets from another.
   *
   * @param top the rule on that one's way by which packets get to this one; often this one itself
   */
  record Taker(int by, int top) {}

  /** The rules that may keep packets from one, on the way to it. */
  final class Before {
    private final int at;
    private final int[] places;

    private Before(int at) {
      this.at = at;
      int[] way = way(at);
      BitSet meeting = limits.meeting(way, 0, at);
      for (int place : way) {
        meeting.clear(place);
      }
      places = meeting.stream().filter(place -> mayTake(place) && isOnTheWay(place, way)).toArray();
    }

    private boolean isOnTheWay(int place, int[] way) {
      ChainFlow.Frame frame = run.get(place).frame();
      for (int each : way) {
        if (run.get(each).frame() == frame) {
          return true;
        }
      }
      return false;
    }

    /** All that may keep packets from the rule, in the order of the walk. */
    List<Taker> all() {
      List<Taker> all = new ArrayList<>();
      for (int place : places) {
        addLedTo(place, place, all);
        if (!run.get(place).ended().isEmpty() || !run.get(place).left().isEmpty()) {
          all.add(new Taker(place, place));
        }
      }
      return all;
    }

    private void addLedTo(int caller, int top, List<Taker> all) {
      for (ChainFlow.Frame frame : ledTo.getOrDefault(caller, List.of())) {
        for (int place : members.get(frame)) {
          if (limits.mayMeet(place, at)) {
            addLedTo(place, top, all);
            if (!run.get(place).ended().isEmpty()) {
              all.add(new Taker(place, top));
            }
          }
        }
      }
    }

    /** What keeps a packet from a rule that it is wanted by; empty if it gets there. */
    Optional<Taken> taker(Point packet) {
      long[] bits = limits.bits(packet);
      for (int place : places) {
        if (!matches(place, packet, bits)) {
          continue;
        }
        ChainFlow.Passing rule = run.get(place);
        for (PacketSet gone : List.of(rule.ended(), rule.left())) {
          if (bdd.holds(gone.node(), packet)) {
            return Optional.of(new Taken(place, gone.node()));
          }
        }
        int by = enderBehind(place, packet, bits);
        if (by >= 0) {
          return Optional.of(new Taken(by, region(by, place)));
        }
      }
      return Optional.empty();
    }
  }

  private boolean mayTake(int place) {
    ChainFlow.Passing rule = run.get(place);
    return !rule.ended().isEmpty() || !rule.left().isEmpty() || ledTo.containsKey(place);
  }

  /** Whether a packet passes all tests of a rule. */
  boolean matches(int place, Point packet, long[] bits) {
    return limits.mayHold(place, bits) && bdd.holds(run.get(place).wanted().node(), packet);
  }

  /** The rule that ends a packet's way in the chains that a rule leads to; -1 if none does. */
  private int enderBehind(int caller, Point packet, long[] bits) {
    for (ChainFlow.Frame frame : ledTo.getOrDefault(caller, List.of())) {
      if (bdd.holds(frame.entering().node(), packet)) {
        return enderIn(frame, packet, bits);
      }
    }
    return -1;
  }

  private int enderIn(ChainFlow.Frame frame, Point packet, long[] bits) {
    for (int place : members.get(frame)) {
      if (!matches(place, packet, bits)) {
        continue;
      }
      if (bdd.holds(run.get(place).ended().node(), packet)) {
        return place;
      }
      int by = enderBehind(place, packet, bits);
      if (by >= 0 || bdd.holds(run.get(place).left().node(), packet)) {
        return by;
      }
    }
    return -1;
  }

  /** Packets that a rule keeps away, or that those before it have kept away already. */
  int region(Taker taker) {
    ChainFlow.Passing rule = run.get(taker.by());
    if (taker.by() != taker.top()) {
      return region(taker.by(), taker.top());
    }
    return bdd.or(rule.ended().node(), rule.left().node());
  }

  /** Packets that come to their end at a rule or before, of those that another one leads there. */
  private int region(int by, int top) {
    int region = run.get(by).ended().node();
    for (int place = by; place != top; place = run.get(place).frame().caller()) {
      ChainFlow.Frame frame = run.get(place).frame();
      region = bdd.and(region, frame.entering().node());
      for (int before : members.get(frame)) {
        if (before == place) {
          break;
        }
        if (limits.mayMeet(before, by)) {
          region = bdd.minus(region, run.get(before).left().node());
        }
      }
    }
    return region;
  }
}
