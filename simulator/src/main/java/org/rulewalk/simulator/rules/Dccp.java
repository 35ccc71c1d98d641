package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;

/** Reads a DCCP header (RFC 4340, include/linux/dccp.h). */
final class Dccp {
  private static final int GENERIC_HEADER = 12;

  private Dccp() {}

  static boolean isDccp(Packet packet) {
    return packet.protocol() == Protocol.DCCP && packet.hasTransport(GENERIC_HEADER);
  }

  /** The type: REQUEST 0, RESPONSE 1, DATA 2, ACK 3 … */
  static int type(Packet packet) {
    return packet.u8(packet.transportOffset() + 8) >> 1 & 15;
  }

  private static int fixedHeader(Packet packet) {
    boolean extended = (packet.u8(packet.transportOffset() + 8) & 1) != 0;
    int sequence = extended ? 4 : 0;
    switch (type(packet)) {
      case 0:
        return GENERIC_HEADER + sequence + 4;
      case 1:
      case 7:
        return GENERIC_HEADER + sequence + 12;
      case 2:
        return GENERIC_HEADER + sequence;
      default:
        return GENERIC_HEADER + sequence + 8;
    }
  }

  /** Whether an option of this kind stands behind the header (xt_dccp.c). */
  static boolean hasOption(Packet packet, int kind) {
    int start = packet.transportOffset();
    int at = start + fixedHeader(packet);
    int end = Math.min(start + packet.u8(start + 4) * 4, packet.length());
    while (at < end) {
      int option = packet.u8(at);
      if (option == kind) {
        return true;
      }
      at += option < 2 || at + 1 >= end ? 1 : Math.max(1, packet.u8(at + 1));
    }
    return false;
  }
}
