package org.rulewalk.simulator.kernel;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;

/** TCP resets that answer a segment (RFC 9293 section 3.10.7.1; nf_reject_ip_tcphdr_put). */
final class Resets {
  private static final byte[] NOTHING = new byte[0];

  private Resets() {}

  /** A reset with source and destination exchanged. */
  static Packet answerTo(Packet packet, int ttl, int tos) {
    int at = packet.transportOffset();
    boolean acknowledges = (packet.tcpFlags() & TcpFlags.ACK) != 0;
    int data = packet.transportLength() - (packet.u8(at + 12) >>> 4) * 4;
    boolean syn = (packet.tcpFlags() & TcpFlags.SYN) != 0;
    boolean fin = (packet.tcpFlags() & TcpFlags.FIN) != 0;
    long next = packet.u32(at + 4) + (syn ? 1 : 0) + (fin ? 1 : 0) + data & 0xffffffffL;
    Packets.Tcp header =
        new Packets.Tcp(
            packet.destinationPort(),
            packet.sourcePort(),
            acknowledges ? packet.u32(at + 8) : 0,
            acknowledges ? 0 : next,
            acknowledges ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK,
            0);
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT.withTtl(ttl).withTos(tos);
    return Packets.tcp(packet.destination(), packet.source(), header, NOTHING, NOTHING, ip);
  }
}
