package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.packet.PlainPacket;

/**
 * Groups of dropped packets by what packets on their way have: open addressing with linear probing.
 * A lookup costs no allocation. Keeps so many at most, and forgets all then.
 */
final class KnownDrops {
  private static final int MOST = 1 << 16;
  private static final int SLOTS = 2 * MOST;

  private long[] addresses = {};
  private long[] rests = {};
  private Treatment[] treatments = {};
  private int size;

  /** How packets of this one's flow are dropped that one treatment drops; null if not known. */
  Treatment find(Treatment like, PlainPacket packet) {
    return size == 0 ? null : treatments[slot(packet.addresses(), rest(like, packet))];
  }

  void put(Treatment like, PlainPacket packet, Treatment own) {
    if (size == 0 || size == MOST) {
      addresses = new long[SLOTS];
      rests = new long[SLOTS];
      treatments = new Treatment[SLOTS];
      size = 0;
    }
    long rest = rest(like, packet);
    int slot = slot(packet.addresses(), rest);
    size += treatments[slot] == null ? 1 : 0;
    addresses[slot] = packet.addresses();
    rests[slot] = rest;
    treatments[slot] = own;
  }

  private int slot(long ends, long rest) {
    int mask = SLOTS - 1;
    long hash = (ends * 0x9e3779b97f4a7c15L ^ rest) * 0xc2b2ae3d27d4eb4fL;
    int slot = (int) (hash >>> 32) & mask;
    while (treatments[slot] != null && (addresses[slot] != ends || rests[slot] != rest)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** What a {@link FlowKey} has beside addresses, and by what else groups are told apart. */
  private static long rest(Treatment like, PlainPacket packet) {
    int service = (int) packet.ports() & 0xffff;
    int protocol = packet.protocol();
    return (long) like.drop.number << 24 | (long) protocol << 16 | service;
  }
}
