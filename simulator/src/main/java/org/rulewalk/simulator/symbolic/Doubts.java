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

  /** A number of which nothing is known. */
  int[] word(Object subject, int width) {
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = node(subject);
    }
    return word;
  }
}
