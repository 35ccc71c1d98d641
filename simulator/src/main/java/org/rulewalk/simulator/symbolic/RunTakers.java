package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which earlier rule of one run keeps a packet from a later rule, and with it how many others. Asks
 * for single packets, so that no set has to be worked out that all rules shape.
 */
final class RunTakers {
  private final Bdd bdd;
  private final List<ChainFlow.Passing> run;
  private final Hulls hulls;
  private final Map<ChainFlow.Frame, List<Integer>> members = new IdentityHashMap<>();
  private final Map<Integer, List<ChainFlow.Frame>> ledTo = new HashMap<>();

  RunTakers(PacketSpace space, List<ChainFlow.Passing> run) {
    this.bdd = space.bdd();
    this.run = run;
    this.hulls = new Hulls(bdd, run.stream().mapToInt(passing -> passing.wanted().node()).toArray());
    for (int i = 0; i < run.size(); i++) {
      ChainFlow.Frame frame = run.get(i).frame();
      if (!members.containsKey(frame)) {
        ledTo.computeIfAbsent(frame.caller(), unused -> new ArrayList<>()).add(frame);
      }
      members.computeIfAbsent(frame, unused -> new ArrayList<>()).add(i);
    }
  }

  /**
   * What keeps packets from a rule.
   *
   * @param by the place of the rule that does
   * @param region packets that it keeps away, or that rules before it have kept away already
   */
  record Taken(int by, int region) {}

  Hulls hulls() {
    return hulls;
  }

  /** The places of the rules of a chain, on one way to it. */
  List<Integer> members(ChainFlow.Frame frame) {
    return members.getOrDefault(frame, List.of());
  }

  /** Packets that a rule is for and that its callers would send to it. */
  int wanted(int at) {
    int wanted = run.get(at).wanted().node();
    for (int place = at; place >= 0; place = run.get(place).frame().caller()) {
      wanted = bdd.and(wanted, run.get(place).frame().entering().node());
    }
    return wanted;
  }

  /** What keeps a packet from a rule that it is wanted by; empty if it gets there. */
  Optional<Taken> taker(int at, Point packet) {
    List<Integer> way = new ArrayList<>();
    for (int place = at; place >= 0; place = run.get(place).frame().caller()) {
      way.add(place);
    }
    Collections.reverse(way);
    long[] bits = hulls.bits(packet);
    for (int place : way) {
      Optional<Taken> taken = takerWithin(place, packet, bits);
      if (taken.isPresent()) {
        return taken;
      }
    }
    return Optional.empty();
  }

  private Optional<Taken> takerWithin(int end, Point packet, long[] bits) {
    for (int place : members.get(run.get(end).frame())) {
      if (place == end) {
        break;
      }
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

  /** Whether a packet passes all tests of a rule. */
  boolean matches(int place, Point packet, long[] bits) {
    return hulls.mayHold(place, bits) && bdd.holds(run.get(place).wanted().node(), packet);
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
        if (hulls.mayMeet(before, by)) {
          region = bdd.minus(region, run.get(before).left().node());
        }
      }
    }
    return region;
  }
}
