package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;

/** Finds options in a TCP header. */
public final class TcpOptions {
  /** Maximum segment size. */
  public static final int MAXIMUM_SEGMENT_SIZE = 2;

  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int SIGNATURE = 19;
  private static final int SIGNATURE_SIZE = 18;

  private TcpOptions() {}

  /** Where the TCP header ends, options included, or where the packet is cut before. */
  public static int end(Packet packet) {
    int start = packet.transportOffset();
    return Math.min(start + (packet.u8(start + 12) >>> 4) * 4, packet.length());
  }

  /**
   * Whether a segment is signed, or its options are too broken to tell (tcp_do_parse_auth_options
   * in net/ipv4/tcp_input.c).
   */
  public static boolean maybeSigned(Packet packet) {
    int at = packet.transportOffset() + 20;
    int end = end(packet);
    while (end - at >= SIGNATURE_SIZE) {
      int kind = packet.u8(at);
      int size = kind == NO_OPERATION ? 1 : packet.u8(at + 1);
      if (kind == END) {
        return false;
      }
      if (kind == SIGNATURE || kind != NO_OPERATION && (size < 2 || size > end - at)) {
        return true;
      }
      at += size;
    }
    return false;
  }

  /** Whether a TCP header gives itself a length that it can't have, or that the packet lacks. */
  static boolean areCut(Packet packet) {
    int length = (packet.u8(packet.transportOffset() + 12) >>> 4) * 4;
    return packet.transportLength() < 20 || length < 20 || length > packet.transportLength();
  }

  /**
   * Where the first option of this kind starts, -1 where there is none
   * (net/netfilter/nft_exthdr.c).
   */
  public static int find(Packet packet, int kind) {
    int end = end(packet);
    int at = packet.transportOffset() + 20;
    while (at < end) {
      int option = packet.u8(at);
      if (option == kind) {
        return at;
      }
      at += option < 2 || at + 1 >= end ? 1 : Math.max(1, packet.u8(at + 1));
    }
    return -1;
  }
}
