package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Tracked;
import org.rulewalk.simulator.packet.Packet;

/**
 * Packets of one direction of a connection at one machine, with what is known of their treatment. A
 * connection has few kinds of packets, so the treatments are a list.
 */
final class Flow {
  final String machine;
  final String device;
  final int place;

  /** Whether the machine makes them; else they come in by the device. */
  final boolean made;

  /** Where they are followed; null for packets of which no connection comes to be. */
  final Tracked tracked;

  /** As they come to the machine, and as they leave it again. */
  final Tuple tuple;

  final Tuple leaving;

  /** See {@link FlowTable}; kept here because each packet asks for them. */
  final long leavingAddresses;

  final long leavingPorts;

  /** How much larger their time to live is here than where they were recorded. */
  final int ttlAhead;

  /** At how many places before that they must have come in unrecorded. */
  final int inferred;

  /** Flows with the same number are treated alike; negative for none. */
  final int likeness;

  private Treatment first;
  private boolean gone;

  Flow(
      Seen at,
      boolean made,
      Tracked tracked,
      Tuple tuple,
      Tuple leaving,
      int ttlAhead,
      int inferred,
      int likeness) {
    this.machine = at.machine();
    this.device = at.device();
    this.place = at.place();
    this.made = made;
    this.tracked = tracked;
    this.tuple = tuple;
    this.leaving = leaving;
    this.leavingAddresses = FlowTable.addresses(leaving);
    this.leavingPorts = FlowTable.ports(leaving);
    this.ttlAhead = ttlAhead;
    this.inferred = inferred;
    this.likeness = likeness;
  }

  /** The treatment of a kind; null if it isn't known yet. */
  Treatment treatment(long kind) {
    for (Treatment each = first; each != null; each = each.following) {
      if (each.kind == kind) {
        return each;
      }
    }
    return null;
  }

  void add(Treatment treatment) {
    treatment.following = first;
    first = treatment;
  }

  /** Whether the connection is there no more. */
  boolean isGone() {
    gone = gone || tracked != null && !tracked.isAlive();
    return gone;
  }

  /** Brings what the next packet needs near; the number says nothing. */
  long touch() {
    return (first == null ? 0 : first.kind) + (tracked == null ? 0 : tracked.touch());
  }

  /**
   * A packet as it comes to the machine.
   *
   * @param packet as it was {@code used} hops before
   */
  Packet coming(Packet packet, int used) {
    return withTtl(Rewriting.to(packet, tuple), packet.ttl() - used);
  }

  /** The same as it leaves the machine. */
  Packet leaving(Packet packet, int used) {
    return withTtl(Rewriting.to(packet, leaving), packet.ttl() - used - (made ? 0 : 1));
  }

  private static Packet withTtl(Packet packet, int ttl) {
    return packet.ttl() == ttl
        ? packet
        : packet.edit().ttl(Math.max(0, Math.min(255, ttl))).toPacket();
  }

  void forget() {
    gone = true;
  }
}
