package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.HeaderField.Base;
import org.rulewalk.simulator.value.Bits;

/** Loads bits from a packet (net/netfilter/nft_payload.c). */
final class Payload {
  private Payload() {}

  /** The bits at a place, absent where the packet has no such base or is too short. */
  static Value read(PacketContext context, Base base, int bitOffset, int width) {
    Packet packet = context.packet();
    switch (base) {
      case LINK:
        return context.linkHeader(bitOffset, width);
      case NETWORK:
        return DrawnNumbers.covers(context, bitOffset, width)
            ? new Value.Unknown(DrawnNumbers.doubt(context))
            : extract(packet, 0, bitOffset, width);
      case TRANSPORT:
        return packet.hasTransport(0)
            ? extract(packet, packet.transportOffset(), bitOffset, width)
            : Value.ABSENT;
      default:
        int inner = innerOffset(packet);
        return inner < 0 ? Value.ABSENT : extract(packet, inner, bitOffset, width);
    }
  }

  /** What follows the transport header, -1 where that can't be told (nft_payload_inner_offset). */
  private static int innerOffset(Packet packet) {
    int transport = packet.transportOffset();
    switch (packet.protocol()) {
      case org.rulewalk.simulator.packet.Protocol.UDP:
        return packet.hasTransport(8) ? transport + 8 : -1;
      case org.rulewalk.simulator.packet.Protocol.TCP:
        return packet.hasTransport(20) ? transport + (packet.u8(transport + 12) >>> 4) * 4 : -1;
      default:
        return -1;
    }
  }

  static Value extract(Packet packet, int byteBase, int bitOffset, int width) {
    int first = byteBase + bitOffset / 8;
    int count = (bitOffset % 8 + width + 7) / 8;
    if (!packet.covers(first, count)) {
      return Value.ABSENT;
    }
    if (count <= 8) {
      long bits = packet.number(first, count) >>> count * 8 - bitOffset % 8 - width;
      return Value.of(width == 64 ? bits : bits & (1L << width) - 1);
    }
    if (count <= 16) {
      int surplus = count * 8 - bitOffset % 8 - width;
      return Value.of(packet.bits(first, count).shiftRight(surplus).and(Bits.ones(width)));
    }
    Bits value = Bits.ZERO;
    for (int i = 0; i < width; i++) {
      int position = bitOffset + i;
      int bit = packet.u8(byteBase + position / 8) >>> (7 - position % 8) & 1;
      value = value.shiftLeft(1).or(Bits.of(bit));
    }
    return Value.of(value);
  }
}
