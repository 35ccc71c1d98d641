package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Packets with nothing odd: whole IPv4 without options, right lengths and checksums, TCP, UDP or a
 * ping. All others are looked at one by one.
 */
final class Plain {
  private Plain() {}

  static boolean is(Packet packet, int mtuBytes) {
    boolean header =
        packet.version() == IpVersion.IPV4
            && packet.networkHeaderLength() == 20
            && !packet.isFragment()
            && packet.lengthInHeader() == packet.length()
            && packet.length() <= mtuBytes
            && packet.ttl() > 1
            && packet.hasValidHeaderChecksum();
    return header && hasPlainBody(packet);
  }

  private static boolean hasPlainBody(Packet packet) {
    int at = packet.transportOffset();
    int length = packet.transportLength();
    switch (packet.protocol()) {
      case Protocol.TCP:
        int header = (packet.u8(at + 12) >>> 4) * 4;
        return header >= 20
            && header <= length
            && packet.hasValidTransportChecksum(Protocol.TCP, length);
      case Protocol.UDP:
        return length >= 8
            && packet.u16(at + 4) == length
            && (packet.u16(at + 6) == 0 || packet.hasValidTransportChecksum(Protocol.UDP, length));
      case Protocol.ICMP:
        int type = packet.icmpType();
        return length >= 8
            && (type == 0 || type == 8)
            && packet.hasValidTransportChecksum(Protocol.ICMP, length);
      default:
        return false;
    }
  }
}
