package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/** What rules read of the Ethernet header. */
final class LinkValues {
  private static final int MAC_BITS = 48;
  private static final int HEADER_BITS = 112;

  private LinkValues() {}

  /** Bits of destination, source and EtherType; absent for packets that never were on a link. */
  static Value of(Skb skb, int bitOffset, int width) {
    if (skb.link.isEmpty() || bitOffset + width > HEADER_BITS) {
      return Value.ABSENT;
    }
    if (skb.packetType == Skb.PACKET_LOOPBACK) {
      return ofCopy(skb.packet, bitOffset, width);
    }
    Skb.LinkHeader link = skb.link.get();
    Bits all = Bits.of(skb.packet.version().etherType());
    boolean sourceMatters = bitOffset < 2 * MAC_BITS && bitOffset + width > MAC_BITS;
    boolean destinationMatters = bitOffset < MAC_BITS;
    if (sourceMatters && link.source().isEmpty()
        || destinationMatters && link.destination().isEmpty()) {
      return new Value.Unknown(
          new Doubt(Doubt.Kind.MISSING_FILE, "Ethernet address of the sender", true, Source.NONE));
    }
    all =
        all.or(number(link.source()).shiftLeft(16))
            .or(number(link.destination()).shiftLeft(16 + MAC_BITS));
    return Value.of(all.shiftRight(HEADER_BITS - bitOffset - width).and(Bits.ones(width)));
  }

  /**
   * A copy of what was sent here has no such header: its own bytes are read (dev_loopback_xmit).
   */
  private static Value ofCopy(Packet packet, int bitOffset, int width) {
    int last = (bitOffset + width - 1) / 8;
    Bits bytes = packet.bits(bitOffset / 8, last + 1 - bitOffset / 8);
    return Value.of(bytes.shiftRight(8 * (last + 1) - bitOffset - width).and(Bits.ones(width)));
  }

  private static Bits number(Optional<MacAddress> mac) {
    return Bits.of(mac.map(MacAddress::value).orElse(0L));
  }
}
