package org.rulewalk.simulator.rules;

import java.util.function.Function;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * The numbers in an IP header that a kernel draws by lot: the identification of IPv4
 * (ip_select_ident_segs) and with it the checksum, the flow label of IPv6 (ip6_make_flowlabel).
 */
final class DrawnNumbers {
  private static final int ID = 4;
  private static final int ID_BITS = 16;
  private static final int CHECKSUM = 10;
  private static final int LABEL_BITS = 20;

  private DrawnNumbers() {}

  /** Whether bits of the IP header belong to such a number. */
  static boolean covers(PacketContext context, int bitOffset, int width) {
    if (!context.hasRandomId()) {
      return false;
    }
    if (context.packet().version() == IpVersion.IPV6) {
      return overlaps(bitOffset, width, 32 - LABEL_BITS, LABEL_BITS);
    }
    return overlaps(bitOffset, width, ID * 8, ID_BITS)
        || overlaps(bitOffset, width, CHECKSUM * 8, 16);
  }

  private static boolean overlaps(int bitOffset, int width, int first, int bits) {
    return bitOffset < first + bits && bitOffset + width > first;
  }

  static Doubt doubt(PacketContext context) {
    boolean v4 = context.packet().version() == IpVersion.IPV4;
    String subject = v4 ? "ip id" : "ip6 flowlabel";
    return new Doubt(Doubt.Kind.RANDOM, subject, false, Source.NONE);
  }

  /** A test of the packet's bytes; unknown where the answer changes with such a number. */
  static Truth test(PacketContext context, Function<Packet, Truth> test) {
    Packet packet = context.packet();
    if (!context.hasRandomId()) {
      return test.apply(packet);
    }
    int bits = packet.version() == IpVersion.IPV4 ? ID_BITS : LABEL_BITS;
    Truth first = test.apply(with(packet, 0));
    int all = (1 << bits) - 1;
    for (int bit = 0; bit < bits; bit++) {
      boolean same =
          first.equals(test.apply(with(packet, 1 << bit)))
              && first.equals(test.apply(with(packet, all ^ 1 << bit)));
      if (!same) {
        return new Truth.Unknown(doubt(context));
      }
    }
    return first.equals(test.apply(with(packet, all))) ? first : new Truth.Unknown(doubt(context));
  }

  private static Packet with(Packet packet, int number) {
    PacketEditor editor = packet.edit();
    return packet.version() == IpVersion.IPV4
        ? editor.put16(ID, number).headerChecksum().toPacket()
        : editor.put8(1, packet.u8(1) & 0xf0 | number >>> 16).put16(2, number & 0xffff).toPacket();
  }
}
