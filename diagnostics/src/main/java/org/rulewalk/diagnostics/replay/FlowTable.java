package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

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
  private static final int LEAVING_BIT = 56;
  private static final int PLACE_SHIFT = 40;
  private static final int PROTOCOL_SHIFT = 32;

  private long[] keys = new long[2 << 12];
  private Flow[] flows = new Flow[1 << 12];
  private int size;

  static long addresses(Packet packet) {
    return packet.source().value().low() << 32 | packet.destination().value().low();
  }

  /** The rest of a packet's key, without its place. */
  static long ports(Packet packet) {
    int at = packet.transportOffset();
    long number =
        packet.protocol() == Protocol.ICMP
            ? (long) packet.u16(at + 4) << 16 | packet.u16(at)
            : packet.u32(at);
    return number | (long) packet.protocol() << PROTOCOL_SHIFT;
  }

  static long addresses(Tuple tuple) {
    return tuple.source().value().low() << 32 | tuple.destination().value().low();
  }

  static long ports(Tuple tuple) {
    long number = (long) tuple.sourceKey() << 16 | tuple.destinationKey();
    return number | (long) tuple.protocol() << PROTOCOL_SHIFT;
  }

  static boolean isKeyed(Tuple tuple) {
    return tuple.version() == IpVersion.IPV4;
  }

  private static long placed(long ports, int place, boolean leaving) {
    return ports | (long) place << PLACE_SHIFT | (leaving ? 1L << LEAVING_BIT : 0);
  }

  private int slot(long addresses, long placed) {
    long hash = (addresses * 0x9e3779b97f4a7c15L ^ placed) * 0xc2b2ae3d27d4eb4fL;
    int mask = flows.length - 1;
    int slot = (int) (hash >>> 40) & mask;
    while (flows[slot] != null && (keys[2 * slot] != addresses || keys[2 * slot + 1] != placed)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** The flow of a key; null if there is none, or it is gone. */
  Flow find(long addresses, long ports, int place, boolean leaving) {
    Flow found = flows[slot(addresses, placed(ports, place, leaving))];
    return found == null || found.isGone() ? null : found;
  }

  /** The same without asking whether it is gone. */
  Flow peek(long addresses, long ports, int place, boolean leaving) {
    return flows[slot(addresses, placed(ports, place, leaving))];
  }

  void put(long addresses, long ports, int place, boolean leaving, Flow flow) {
    if (size * 2 >= flows.length) {
      grow();
    }
    long placed = placed(ports, place, leaving);
    int slot = slot(addresses, placed);
    size += flows[slot] == null ? 1 : 0;
    keys[2 * slot] = addresses;
    keys[2 * slot + 1] = placed;
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
