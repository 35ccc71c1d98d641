package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Tracked;
import org.rulewalk.simulator.packet.Packet;

/** Packets of one direction of a connection at one machine. */
final class Flow {
  final Place place;

  /** Whether the machine makes them; else they come in by the place's interface. */
  final boolean made;

  /** Where they are followed; null for packets of which no connection comes to be. */
  final Tracked tracked;

  /** As they come to the machine, and as they leave it again. */
  final Tuple tuple;

  final Tuple leaving;

  /** How much larger their time to live is here than where they were recorded. */
  final int ttlAhead;

  /** At how many places before that they must have come in unrecorded. */
  final int inferred;

  /** Those that are treated alike. */
  final Kin kin;

  /** The flow at the machine that gets them next, once it is known. */
  Flow next;

  private List<Treatment> drops = List.of();
  private boolean gone;

  Flow(
      Place place,
      boolean made,
      Tracked tracked,
      Tuple tuple,
      Tuple leaving,
      int ttlAhead,
      int inferred,
      Kin kin) {
    this.place = place;
    this.made = made;
    this.tracked = tracked;
    this.tuple = tuple;
    this.leaving = leaving;
    this.ttlAhead = ttlAhead;
    this.inferred = inferred;
    this.kin = kin;
  }

  /** How packets of a kind are dropped, which are counted by flow; null if it isn't known yet. */
  Treatment drop(long kind) {
    for (Treatment each : drops) {
      if (each.kind == kind) {
        return each;
      }
    }
    return null;
  }

  void addDrop(Treatment treatment) {
    drops = drops.isEmpty() ? new ArrayList<>(1) : drops;
    drops.add(treatment);
  }

  /** Whether the connection is there no more. */
  boolean isGone() {
    gone = gone || tracked != null && !tracked.isAlive();
    return gone;
  }

  /** Brings what the next packet needs near; the number says nothing. */
  long touch() {
    return tracked == null ? 0 : tracked.touch();
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
