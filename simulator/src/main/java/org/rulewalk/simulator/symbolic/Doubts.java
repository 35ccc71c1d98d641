package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.Map;

/**
 * Hands out the doubts of one run: each time that something is asked which no fact decides, another
 * one. Two runs that ask the same in the same order get the same doubts, so that what they say can
 * be compared: a rate limit that did not change answers both alike.
 */
public final class Doubts {
  private final PacketSpace space;
  private final Map<Object, Integer> times = new HashMap<>();

  /** The doubts of a run that begins. */
  public Doubts(PacketSpace space) {
    this.space = space;
  }

  /** Packets for which this, asked now, comes out true. */
  public PacketSet about(Object subject) {
    return space.set(node(subject));
  }

  /** How many times it was in doubt before. */
  int time(Object subject) {
    return times.merge(subject, 1, Integer::sum) - 1;
  }

  int node(Object subject) {
    int time = time(subject);
    return space.bdd().variable(space.level(new Fact.Doubtful(subject, time), 0));
  }

  /** A bit of something that is not known any more. */
  int lost(Object subject, int time, Fact fact, int bit) {
    return node(new LostBit(subject, time, fact, bit));
  }

  /** A number of which nothing is known any more. */
  int[] lost(Object subject, Fact fact, int width) {
    int time = time(subject);
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = lost(subject, time, fact, i);
    }
    return word;
  }

  /** Whether it is a bit that is not known any more, and no question that was left open. */
  static boolean isLost(Fact.Doubtful doubt) {
    return doubt.subject() instanceof LostBit;
  }

  private record LostBit(Object subject, int time, Fact fact, int bit) {}
}
