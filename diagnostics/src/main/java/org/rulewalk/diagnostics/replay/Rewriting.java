package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;

/** Puts addresses and ports of a tuple into a packet, with right checksums. */
final class Rewriting {
  private Rewriting() {}

  /** The same, with its time to live so much smaller. */
  static Packet leaving(Packet packet, Tuple tuple, int hops) {
    Packet rewritten = to(packet, tuple);
    int ttl = packet.ttl() - hops;
    return hops == 0 ? rewritten : rewritten.edit().ttl(Math.max(0, Math.min(255, ttl))).toPacket();
  }

  static Packet to(Packet packet, Tuple tuple) {
    boolean same =
        packet.source().equals(tuple.source())
            && packet.destination().equals(tuple.destination())
            && Tuple.of(packet).filter(tuple::equals).isPresent();
    if (same || packet.fragmentOffset() != 0) {
      return packet;
    }
    PacketEditor editor =
        packet.edit().address(true, tuple.source()).address(false, tuple.destination());
    int at = packet.transportOffset();
    if (Protocol.hasPorts(packet.protocol())) {
      editor.put16(at, tuple.sourceKey()).put16(at + 2, tuple.destinationKey());
    } else if (packet.isIcmp()) {
      editor.put16(at + 4, tuple.sourceKey());
    }
    Packet changed = editor.toPacket();
    int sum = Packets.checksumOffset(packet.protocol());
    boolean none =
        sum < 0
            || packet.isFragment()
            || packet.protocol() == Protocol.UDP && packet.u16(at + sum) == 0;
    return none ? changed : Packets.summedUp(changed);
  }
}
