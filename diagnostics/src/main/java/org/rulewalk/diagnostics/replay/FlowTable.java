package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * Flows by place, addresses and ports: open addressing with linear probing over two arrays of
 * longs.
 *
 * <p>A lookup costs no allocation and mostly one line of cache for the key. Holds at most {@link
 * #MOST} flows, then it begins anew; a flow that is gone is replaced when its key comes again. For
 * IPv4 TCP, UDP and pings. Not thread-safe.
 */
final class FlowTable {
  private static final int MOST = 1 << 19;
  private static final long LEAVING_BIT = 1L << 63;
  private static final int PLACE_SHIFT = 40;
  private static final int PROTOCOL_SHIFT = 32;

  private long[] keys = new long[2 << 12];
  private Flow[] flows = new Flow[1 << 12];
  private int size;

  /** The addresses of a tuple, as {@code PlainPacket} tells them. */
  static long addresses(Tuple tuple) {
    return tuple.source().value().low() << 32 | tuple.destination().value().low();
  }

  static long ports(Tuple tuple) {
    return (long) tuple.sourceKey() << 16 | tuple.destinationKey();
  }

  private static long rest(PlainPacket packet, Place place, boolean leaving) {
    return packet.ports()
        | (long) packet.protocol() << PROTOCOL_SHIFT
        | (long) place.number() << PLACE_SHIFT
        | (leaving ? LEAVING_BIT : 0);
  }

  private int slot(long addresses, long rest) {
    long hash = (addresses * 0x9e3779b97f4a7c15L ^ rest) * 0xc2b2ae3d27d4eb4fL;
    int mask = flows.length - 1;
    int slot = (int) (hash >>> 40) & mask;
    while (flows[slot] != null && (keys[2 * slot] != addresses || keys[2 * slot + 1] != rest)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** The flow of a packet; null if there is none, or it is gone. */
  Flow find(PlainPacket packet, Place place, boolean leaving) {
    Flow found = peek(packet, place, leaving);
    return found == null || found.isGone() ? null : found;
  }

  /** The same without asking whether it is gone. */
  Flow peek(PlainPacket packet, Place place, boolean leaving) {
    return flows[slot(packet.addresses(), rest(packet, place, leaving))];
  }

  void put(PlainPacket packet, Place place, boolean leaving, Flow flow) {
    if (size * 2 >= flows.length) {
      grow();
    }
    long addresses = packet.addresses();
    long rest = rest(packet, place, leaving);
    int slot = slot(addresses, rest);
    size += flows[slot] == null ? 1 : 0;
    keys[2 * slot] = addresses;
    keys[2 * slot + 1] = rest;
    flows[slot] = flow;
  }

  private void grow() {
    long[] oldKeys = keys;
    Flow[] old = flows;
    size = 0;
    if (old.length >= 2 * MOST) {
      flows = new Flow[old.length];
      keys = new long[2 * old.length];
      return;
    }
    flows = new Flow[2 * old.length];
    keys = new long[4 * old.length];
    for (int i = 0; i < old.length; i++) {
      if (old[i] != null && !old[i].isGone()) {
        int slot = slot(oldKeys[2 * i], oldKeys[2 * i + 1]);
        keys[2 * slot] = oldKeys[2 * i];
        keys[2 * slot + 1] = oldKeys[2 * i + 1];
        flows[slot] = old[i];
        size++;
      }
    }
  }

  /** Forgets all. */
  void clear() {
    size = 0;
    flows = new Flow[1 << 12];
    keys = new long[2 << 12];
  }
}
