package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;

/**
 * Which rules of a walk took packets from a later one. Since it is known of each rule who gets to
 * it, the rules that matter are found by halving, without looking at the others.
 */
final class WalkFrames {
  private final List<ChainFlow.Passing> run;
  private final List<Frame> frameOf = new ArrayList<>();

  /**
   * One pass through a chain.
   *
   * @param caller place of the rule that led to it, -1 for the base chain
   * @param members places of its rules
   */
  private record Frame(int caller, List<Integer> members) {}

  WalkFrames(List<ChainFlow.Passing> run) {
    this.run = run;
    List<Frame> open = new ArrayList<>();
    for (int i = 0; i < run.size(); i++) {
      int depth = run.get(i).callers().size();
      boolean same =
          open.size() > depth
              && run.get(last(open.get(depth))).chain() == run.get(i).chain()
              && run.get(last(open.get(depth))).rule().number() < run.get(i).rule().number();
      while (open.size() > (same ? depth + 1 : depth)) {
        open.remove(open.size() - 1);
      }
      if (!same) {
        open.add(new Frame(depth == 0 ? -1 : last(open.get(depth - 1)), new ArrayList<>()));
      }
      open.get(depth).members().add(i);
      frameOf.add(open.get(depth));
    }
  }

  private static int last(Frame frame) {
    return frame.members().get(frame.members().size() - 1);
  }

  /** Packets that a rule is for and that its callers would send to it. */
  PacketSet wanted(int at, PacketSet coming) {
    PacketSet wanted = coming;
    for (int place = at; place >= 0; place = frameOf.get(place).caller()) {
      wanted = wanted.and(run.get(place).wanted());
    }
    return wanted;
  }

  /** The rules before one that take some of these packets, in the order of the walk. */
  List<ChainFlow.Passing> takers(int at, PacketSet wanted) {
    List<Integer> way = new ArrayList<>();
    for (int place = at; place >= 0; place = frameOf.get(place).caller()) {
      way.add(0, place);
    }
    List<ChainFlow.Passing> found = new ArrayList<>();
    PacketSet rest = wanted;
    for (int place : way) {
      List<Integer> members = frameOf.get(place).members();
      int end = java.util.Collections.binarySearch(members, place);
      search(members, 0, end, rest, found);
      rest = rest.and(run.get(place).reaching());
    }
    return found;
  }

  private void search(
      List<Integer> members, int low, int high, PacketSet packets, List<ChainFlow.Passing> found) {
    PacketSet kept = run.get(members.get(high)).reaching();
    if (low == high || packets.isWithin(kept)) {
      return;
    }
    if (high - low == 1) {
      addTakers(members.get(low), members.get(high), packets.minus(kept), found);
      return;
    }
    int middle = (low + high) >>> 1;
    search(members, low, middle, packets, found);
    PacketSet reaching = run.get(members.get(middle)).reaching();
    search(members, middle, high, packets.and(reaching), found);
  }

  /** The rule itself, or rules of the chains that it leads to. */
  private void addTakers(int at, int next, PacketSet lost, List<ChainFlow.Passing> found) {
    PacketSet rest = lost;
    for (int i = at; i < next && !rest.isEmpty(); i++) {
      ChainFlow.Passing passing = run.get(i);
      PacketSet taken = i == at ? passing.ended().or(passing.left()) : passing.ended();
      if (rest.meets(taken)) {
        found.add(passing);
        rest = rest.minus(taken);
      }
    }
  }
}
