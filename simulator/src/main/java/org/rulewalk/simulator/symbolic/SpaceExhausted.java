package org.rulewalk.simulator.symbolic;

/** A question about sets of packets needs more memory than it may take: it can't be decided. */
public final class SpaceExhausted extends RuntimeException {
  private static final long serialVersionUID = 1;

  SpaceExhausted(int nodes) {
    super("sets of packets need more than " + nodes + " nodes");
  }
}
