package org.rulewalk.diagnostics.trial;

import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** First packets of connections, and their answers. */
public final class Opening {
  /** The port that the asking side uses. */
  static final int SOURCE_PORT = 40961;

  private static final int ECHO = 8;
  private static final int ECHO6 = 128;
  private static final int ECHO_REPLY6 = 129;
  private static final int UNREACHABLE = 3;
  private static final int FRAGMENTATION_NEEDED = 4;
  private static final int TOO_BIG6 = 2;
  private static final int NEXT_MTU = 1280;
  private static final long IDENTIFIER = 0x1a2b0001L;
  private static final byte[] NOTHING = new byte[0];

  private Opening() {}

  /** The first packet to a service: a SYN, a datagram, an echo request. */
  public static Packet of(IpAddress source, IpAddress destination, Ports.Service service) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    switch (service.protocol()) {
      case Protocol.TCP:
        return Packets.tcp(
            source,
            destination,
            new Packets.Tcp(SOURCE_PORT, service.port(), 1, 0, TcpFlags.SYN, 64240),
            NOTHING,
            NOTHING,
            ip);
      case Protocol.UDP:
        return Packets.udp(source, destination, SOURCE_PORT, service.port(), new byte[8], ip);
      default:
        int type = source.version() == IpVersion.IPV4 ? ECHO : ECHO6;
        return Packets.icmp(source, destination, type, 0, IDENTIFIER, new byte[8], ip);
    }
  }

  /** Whether a packet is what the far side sends back, and no error about it. */
  static boolean isAnswer(Packet first, Packet other) {
    return other.protocol() == first.protocol()
        && other.source().equals(first.destination())
        && (!other.isIcmp() || other.icmpType() == 0 || other.icmpType() == ECHO_REPLY6);
  }

  /** What a router sends back for which the packet is too big: the next link takes 1280 bytes. */
  static Packet tooBig(Packet first) {
    boolean v4 = first.version() == IpVersion.IPV4;
    return Packets.icmp(
        first.destination(),
        first.source(),
        v4 ? UNREACHABLE : TOO_BIG6,
        v4 ? FRAGMENTATION_NEEDED : 0,
        NEXT_MTU,
        first.toBytes(),
        Packets.IpOptions.DEFAULT);
  }

  /** What the far side sends back to a packet made by {@link #of}, as it came there. */
  static Packet answer(Packet first) {
    IpAddress from = first.destination();
    IpAddress to = first.source();
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    switch (first.protocol()) {
      case Protocol.TCP:
        return Packets.tcp(
            from,
            to,
            new Packets.Tcp(
                first.destinationPort(),
                first.sourcePort(),
                1,
                2,
                TcpFlags.SYN | TcpFlags.ACK,
                64240),
            NOTHING,
            NOTHING,
            ip);
      case Protocol.UDP:
        return Packets.udp(from, to, first.destinationPort(), first.sourcePort(), new byte[8], ip);
      default:
        int type = from.version() == IpVersion.IPV4 ? 0 : ECHO_REPLY6;
        int at = first.transportOffset() + 4;
        long same = (long) first.u16(at) << 16 | first.u16(at + 2);
        return Packets.icmp(from, to, type, 0, same, new byte[8], ip);
    }
  }
}
