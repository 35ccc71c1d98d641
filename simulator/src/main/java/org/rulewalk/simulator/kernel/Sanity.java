package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.value.IpVersion;

/** What the kernel checks of a packet before any hook sees it (ip_rcv_core, ip6_rcv_core). */
final class Sanity {
  private final Machine machine;

  Sanity(Machine machine) {
    this.machine = machine;
  }

  /** What is wrong with the packet; empty if nothing is. */
  Optional<String> faultOf(Skb skb) {
    return skb.packet.version() == IpVersion.IPV4 ? fault4(skb.packet) : fault6(skb);
  }

  private static Optional<String> fault4(Packet packet) {
    int header = packet.networkHeaderLength();
    if (header < 20 || packet.length() < header) {
      return Optional.of("header length");
    }
    if (!packet.hasValidHeaderChecksum()) {
      return Optional.of("header checksum");
    }
    boolean length =
        packet.lengthInHeader() <= packet.length() && packet.lengthInHeader() >= header;
    return length ? Optional.empty() : Optional.of("total length");
  }

  private Optional<String> fault6(Skb skb) {
    Packet packet = skb.packet;
    boolean loopback = skb.in.equals(Flow.LOOPBACK);
    if (machine.settings().device(IpVersion.IPV6, skb.in, "disable_ipv6", 0) != 0) {
      return Optional.of("IPv6 is switched off at this interface");
    }
    boolean jumbo = packet.u16(4) == 0 && packet.protocolField() == Protocol.HOP_BY_HOP;
    if (!jumbo && packet.lengthInHeader() > packet.length()) {
      return Optional.of("payload length");
    }
    if (!loopback && (packet.source().isLoopback() || packet.destination().isLoopback())) {
      return Optional.of("loopback address on a link");
    }
    return packet.source().isMulticast() ? Optional.of("multicast source") : Optional.empty();
  }

  /** The packet without bytes behind the length that its header gives. */
  static Packet trimmed(Packet packet) {
    int length = packet.lengthInHeader();
    boolean jumbo =
        packet.version() == IpVersion.IPV6
            && packet.u16(4) == 0
            && packet.protocolField() == Protocol.HOP_BY_HOP;
    return jumbo || length >= packet.length() ? packet : Packet.of(packet.slice(0, length));
  }
}
