package org.rulewalk.simulator.symbolic;

import java.util.BitSet;

/**
 * What the sets of a run have at most: a quick way to tell that two have no packet in common, or
 * few. Immutable once it is made.
 */
final class Bounds {
  private final Hulls hulls;
  private final Spans sourcePorts;
  private final Spans destinationPorts;
  private final long[] addresses;

  /** For sets in the order of their numbers. */
  Bounds(PacketSpace space, int[] sets) {
    this.hulls = new Hulls(space.bdd(), sets);
    this.sourcePorts = new Spans(space.bdd(), sets, space.level(Fact.Part.TRANSPORT, 0));
    this.destinationPorts = new Spans(space.bdd(), sets, space.level(Fact.Part.TRANSPORT, 16));
    this.addresses = hulls.bits(level -> space.isAddress(level) && !space.isPort(level));
  }

  /** The bits of a packet that matter here. */
  long[] bits(Bdd.Levels packet) {
    return hulls.bits(packet);
  }

  /** Whether a set may hold a packet. */
  boolean mayHold(int set, long[] bits) {
    return hulls.mayHold(set, bits);
  }

  /** Whether two sets may have a packet in common. */
  boolean mayMeet(int one, int other) {
    return hulls.mayMeet(one, other) && portsMayMeet(one, other);
  }

  private boolean portsMayMeet(int one, int other) {
    return destinationPorts.mayMeet(one, other) && sourcePorts.mayMeet(one, other);
  }

  /**
   * Those of the sets from a first to before an end that may have a packet in common with each of
   * some sets.
   */
  BitSet meeting(int[] some, int first, int end) {
    BitSet meeting = BitSet.valueOf(hulls.meeting(some, first, end));
    for (int at = meeting.nextSetBit(0); at >= 0; at = meeting.nextSetBit(at + 1)) {
      if (!portsMayMeet(at, some[0])) {
        meeting.clear(at);
      }
    }
    return meeting;
  }

  /** Of all addresses, ports and protocols, two sets have no more than this in common. */
  double mostInBoth(int one, int other) {
    return Math.scalb(
        destinationPorts.share(one, other) * sourcePorts.share(one, other),
        -hulls.fixed(one, other, addresses));
  }
}
