package org.rulewalk.simulator.rules;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Rewrites header fields with the checksums that cover them. */
final class HeaderRewrite {
  private static final int MOST_HEADER = 60;

  private HeaderRewrite() {}

  /**
   * What came of writing.
   *
   * @param packet with what was changed
   * @param done whether the field is written; a checksum may have been changed before it failed
   */
  record Written(Packet packet, boolean done) {}

  /** Writes a field (nft_payload_set_eval). */
  static Written apply(Packet packet, Expression target, Bits value) {
    HeaderField.Base base;
    int bitOffset;
    int width;
    if (target instanceof Expression.Header) {
      HeaderField field = ((Expression.Header) target).field();
      base = field.layer().base();
      bitOffset = field.bitOffset();
      width = field.width();
    } else if (target instanceof Expression.RawPayload) {
      Expression.RawPayload raw = (Expression.RawPayload) target;
      base = raw.base();
      bitOffset = raw.bitOffset();
      width = raw.width();
    } else {
      return new Written(packet, true);
    }
    if (base == HeaderField.Base.LINK || base == HeaderField.Base.INNER) {
      return new Written(packet, true);
    }
    boolean network = base == HeaderField.Base.NETWORK;
    int start = network ? 0 : packet.transportOffset();
    Packet changed =
        packet.edit().putBits(start + bitOffset / 8, bitOffset % 8, width, value).toPacket();
    if (isNameless(target)) {
      return new Written(changed, true);
    }
    Words words =
        new Words(
            packet, changed, (start + bitOffset / 8) & ~1, start + (bitOffset + width - 1) / 8);
    return network ? words.ofNetworkHeader() : words.ofTransportHeader();
  }

  /** nft asks for a new checksum only where it knows the header that it writes to. */
  private static boolean isNameless(Expression target) {
    return target instanceof Expression.RawPayload
        || target instanceof Expression.Header
            && ((Expression.Header) target).field().layer() == HeaderField.Layer.TH;
  }

  /** The 16-bit words that a write changes, and the checksums that cover them. */
  private record Words(Packet before, Packet after, int first, int last) {
    private static final int HEADER_CHECKSUM = 10;

    Written ofNetworkHeader() {
      boolean v4 = before.version() == IpVersion.IPV4;
      Packet summed = v4 ? adjusted(before, HEADER_CHECKSUM) : before;
      if (isInPseudoHeader()) {
        OptionalInt at = upperChecksum();
        if (at.isPresent() && !before.covers(at.getAsInt(), 2)) {
          return new Written(summed, false);
        }
        summed = at.isPresent() ? adjusted(summed, at.getAsInt()) : summed;
      }
      return new Written(written(summed), true);
    }

    Written ofTransportHeader() {
      int offset = Packets.checksumOffset(before.protocol());
      if (offset < 0) {
        return new Written(after, true);
      }
      int at = before.transportOffset() + offset;
      return before.covers(at, 2)
          ? new Written(written(adjusted(before, at)), true)
          : new Written(before, false);
    }

    private Packet written(Packet summed) {
      return summed.edit().put(first, after.slice(first, last + 1 - first)).toPacket();
    }

    private Packet adjusted(Packet packet, int at) {
      PacketEditor editor = packet.edit();
      for (int word = first; word <= last; word += 2) {
        if (word != at) {
          editor.adjust(at, before.u16(word), after.u16(word));
        }
      }
      return editor.unzero(at).toPacket();
    }

    /** Addresses, length and protocol: what checksums of the upper layer cover, too. */
    private boolean isInPseudoHeader() {
      return before.version() == IpVersion.IPV4
          ? first >= 12 || first == 2 || first == 8 && before.u8(9) != after.u8(9)
          : first >= 8 || first == 4 || first == 6 && before.u8(6) != after.u8(6);
    }

    /** Where that checksum is (nft_payload_l4csum_offset). */
    private OptionalInt upperChecksum() {
      int start = before.transportOffset();
      if (before.fragmentOffset() != 0) {
        return OptionalInt.empty();
      }
      switch (before.protocol()) {
        case Protocol.UDP:
          boolean summed = before.hasTransport(8) && before.u16(start + 6) != 0;
          return summed ? OptionalInt.of(start + 6) : OptionalInt.empty();
        case Protocol.TCP:
        case Protocol.UDPLITE:
        case Protocol.ICMPV6:
          return OptionalInt.of(start + Packets.checksumOffset(before.protocol()));
        default:
          return OptionalInt.empty();
      }
    }
  }

  /** Lowers the announced segment size; never raises it. */
  static Packet maximumSegment(Packet packet, int size, boolean addIfMissing) {
    int option = TcpOptions.find(packet, TcpOptions.MAXIMUM_SEGMENT_SIZE);
    int end = TcpOptions.end(packet);
    if (option >= 0 && packet.u8(option + 1) == 4 && option + 4 <= end) {
      return packet.u16(option + 2) <= size ? packet : withWord(packet, option + 2, size);
    }
    boolean room = end - packet.transportOffset() < MOST_HEADER && packet.length() == end;
    return addIfMissing && room ? extended(packet, size) : packet;
  }

  /**
   * A field of a TCP option set, in a segment that may lack the option.
   *
   * @return empty where the option is too short for the field, or cut
   */
  static Optional<Packet> option(Packet packet, Expression.TcpOption field, Bits value) {
    int start = packet.transportOffset();
    int size = (packet.u8(start + 12) >> 4) * 4;
    int length;
    for (int at = 20; at < size - 1; at += length) {
      length = optionLength(packet, start + at);
      if (packet.u8(start + at) == field.kind()) {
        boolean fits = at + length <= size && field.byteOffset() + field.byteLength() <= length;
        return fits
            ? Optional.of(withField(packet, start + at + field.byteOffset(), field, value))
            : Optional.empty();
      }
    }
    return Optional.of(packet);
  }

  private static Packet withField(Packet packet, int at, Expression.TcpOption field, Bits value) {
    Packet result = packet;
    for (int i = 0; i < field.byteLength(); i += 2) {
      int shift = (field.byteLength() - 2 - i) * 8;
      result = withWord(result, at + i, (int) (value.low() >>> shift) & 0xffff);
    }
    return result;
  }

  /** Whether one of these options goes on behind the end of the TCP header. */
  static boolean isOptionCut(Packet packet, Set<Integer> kinds) {
    int start = packet.transportOffset();
    int size = (packet.u8(start + 12) >> 4) * 4;
    int at = 20;
    while (at < size - 1) {
      int length = optionLength(packet, start + at);
      if (at + length > size) {
        return kinds.contains(packet.u8(start + at));
      }
      at += length;
    }
    return false;
  }

  private static int optionLength(Packet packet, int at) {
    return packet.u8(at) <= 1 || packet.u8(at + 1) == 0 ? 1 : packet.u8(at + 1);
  }

  /** The TCP header with these options overwritten by no-operations. */
  static Packet withoutOptions(Packet packet, Set<Integer> kinds) {
    int start = packet.transportOffset();
    int size = (packet.u8(start + 12) >> 4) * 4;
    PacketEditor editor = packet.edit();
    int at = 20;
    while (at < size - 1) {
      int kind = packet.u8(start + at);
      int length = optionLength(packet, start + at);
      if (at + length > size) {
        break;
      }
      for (int i = at; kinds.contains(kind) && i < at + length; i++) {
        int shift = i % 2 == 0 ? 8 : 0;
        editor.adjust(start + 16, packet.u8(start + i) << shift, 1 << shift);
        editor.put8(start + i, 1);
      }
      at += length;
    }
    return editor.toPacket();
  }

  // the kernel sums words up even where they are at odd places (inet_proto_csum_replace2)
  private static Packet withWord(Packet packet, int at, int word) {
    PacketEditor editor = packet.edit();
    editor.adjust(packet.transportOffset() + 16, packet.u16(at), word);
    return editor.put16(at, word).toPacket();
  }

  // xt_TCPMSS.c: without the option the size is at most 536 (IPv4) or 1220 (IPv6)
  private static Packet extended(Packet packet, int size) {
    int limit = packet.version() == IpVersion.IPV4 ? 536 : 1220;
    int announced = Math.min(size, limit);
    int start = packet.transportOffset();
    byte[] old = packet.toBytes();
    byte[] body = new byte[packet.transportLength() + 4];
    System.arraycopy(old, start, body, 0, 20);
    body[20] = 2;
    body[21] = 4;
    body[22] = (byte) (announced >>> 8);
    body[23] = (byte) announced;
    System.arraycopy(old, start + 20, body, 24, packet.transportLength() - 20);
    body[12] = (byte) (body[12] + 0x10);
    byte[] bytes = Arrays.copyOf(old, old.length + 4);
    System.arraycopy(body, 0, bytes, start, body.length);
    PacketEditor editor = Packet.of(bytes).edit();
    int sum = start + 16;
    editor.adjust(sum, packet.u16(start + 12), Packet.of(bytes).u16(start + 12));
    editor.adjust(sum, 0, 0x0204).adjust(sum, 0, announced);
    editor.adjust(sum, packet.transportLength(), body.length);
    if (packet.version() == IpVersion.IPV4) {
      editor.adjust(10, packet.u16(2), packet.length() + 4).put16(2, packet.length() + 4);
    } else {
      editor.put16(4, packet.u16(4) + 4);
    }
    return editor.toPacket();
  }
}
