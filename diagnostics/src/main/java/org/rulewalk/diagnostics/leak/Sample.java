package org.rulewalk.diagnostics.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What stands above IP in a class of packets.
 *
 * @param low source port, or type of an ICMP message; empty where the header is cut off or has none
 * @param high destination port
 */
record Sample(int protocol, Optional<Integer> low, Optional<Integer> high) {
  private static final List<Bits> ASKING = List.of(Bits.of(40000));
  private static final List<Bits> SERVICES = List.of(Bits.of(443), Bits.of(8443));

  /** One for each class that rules tell apart, the usual ones first. */
  static List<Sample> all(Reading reading, IpVersion version) {
    int icmp = version == IpVersion.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    Dimension protocols = reading.of(Reading.Field.PROTOCOL);
    for (int protocol : List.of(Protocol.TCP, Protocol.UDP, icmp)) {
      protocols.cut(protocol, protocol);
    }
    for (int protocol = 0; protocol < 256; protocol++) {
      if (reading.hasPorts(protocol)) {
        protocols.cut(protocol, protocol);
      }
    }
    List<Sample> samples = new ArrayList<>();
    List<Bits> numbers = new ArrayList<>(protocols.values(List.of()));
    numbers.sort((a, b) -> Integer.compare(order(a.toInt()), order(b.toInt())));
    for (Bits number : numbers) {
      int protocol = number.toInt();
      if (reading.hasPorts(protocol)) {
        for (Bits from : reading.of(Reading.Field.SOURCE_PORT).values(ASKING)) {
          for (Bits to : reading.of(Reading.Field.DESTINATION_PORT).values(SERVICES)) {
            samples.add(new Sample(protocol, Optional.of(from.toInt()), Optional.of(to.toInt())));
          }
        }
      } else if (protocol == icmp) {
        Dimension types = reading.of(Reading.Field.ICMP_TYPE);
        int echo = version == IpVersion.IPV4 ? 8 : 128;
        types
            .values(List.of(Bits.of(echo)))
            .forEach(
                t -> samples.add(new Sample(protocol, Optional.of(t.toInt()), Optional.empty())));
      }
      samples.add(new Sample(protocol, Optional.empty(), Optional.empty()));
    }
    return samples;
  }

  private static int order(int protocol) {
    return protocol == Protocol.TCP ? -2 : protocol == Protocol.UDP ? -1 : protocol;
  }

  /** The same to another port. */
  Sample to(int port) {
    return new Sample(protocol, low, high.map(old -> port));
  }

  Packet packet(IpAddress source, IpAddress destination, long state) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    if (low.isEmpty()) {
      return Packets.ip(source, destination, protocol, new byte[0], ip);
    }
    switch (protocol) {
      case Protocol.TCP:
        int flags =
            state == CtKey.STATE_NEW
                ? TcpFlags.SYN
                : state == CtKey.STATE_INVALID ? TcpFlags.RST : TcpFlags.SYN | TcpFlags.ACK;
        Packets.Tcp tcp =
            new Packets.Tcp(
                low.get(), high.orElse(0), 1, state == CtKey.STATE_NEW ? 0 : 2, flags, 64240);
        return Packets.tcp(source, destination, tcp, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(source, destination, low.get(), high.orElse(0), new byte[8], ip);
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        return Packets.icmp(source, destination, low.get(), 0, 1 << 16 | 1, new byte[56], ip);
      default:
        byte[] body = new byte[32];
        body[0] = (byte) (low.get() >> 8);
        body[1] = (byte) (int) low.get();
        body[2] = (byte) (high.orElse(0) >> 8);
        body[3] = (byte) (int) high.orElse(0);
        return Packets.ip(source, destination, protocol, body, ip);
    }
  }
}
