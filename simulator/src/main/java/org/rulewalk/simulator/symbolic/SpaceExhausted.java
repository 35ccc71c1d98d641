package org.rulewalk.simulator.symbolic;

/** A question about sets of packets takes more than it may: it can't be decided. */
public final class SpaceExhausted extends RuntimeException {
  private static final long serialVersionUID = 1;

  private SpaceExhausted(String message) {
    super(message);
  }

  static SpaceExhausted ofNodes(int nodes) {
    return new SpaceExhausted("sets of packets need more than " + nodes + " nodes");
  }

  static SpaceExhausted ofSteps(int steps) {
    return new SpaceExhausted("more than " + steps + " rules would be asked");
  }
}
