package org.rulewalk.simulator.rules;

import java.util.Arrays;
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

  static Packet apply(Packet packet, Expression target, Bits value) {
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
      return packet;
    }
    if (base == HeaderField.Base.LINK || base == HeaderField.Base.INNER) {
      return packet;
    }
    boolean network = base == HeaderField.Base.NETWORK;
    int start = network ? 0 : packet.transportOffset();
    PacketEditor editor = packet.edit();
    editor.putBits(start + bitOffset / 8, bitOffset % 8, width, value);
    Packet changed = editor.toPacket();
    if (isNameless(target)) {
      return changed;
    }
    int first = (start + bitOffset / 8) & ~1;
    int last = start + (bitOffset + width - 1) / 8;
    return repair(packet, changed, first, last, network);
  }

  /** nft asks for a new checksum only where it knows the header that it writes to. */
  private static boolean isNameless(Expression target) {
    return target instanceof Expression.RawPayload
        || target instanceof Expression.Header
            && ((Expression.Header) target).field().layer() == HeaderField.Layer.TH;
  }

  private static Packet repair(Packet before, Packet after, int first, int last, boolean network) {
    PacketEditor editor = after.edit();
    int transportSum = Packets.checksumOffset(before.protocol());
    int at = before.transportOffset() + transportSum;
    boolean covered =
        transportSum >= 0 && before.hasTransport(transportSum + 2) && hasChecksum(before, at);
    for (int word = first; word <= last; word += 2) {
      int from = before.u16(word);
      int to = after.u16(word);
      if (network && before.version() == IpVersion.IPV4 && word != 10) {
        editor.adjust(10, from, to);
      }
      boolean address =
          before.version() == IpVersion.IPV4 ? word >= 12 && word < 20 : word >= 8 && word < 40;
      boolean pseudo = network && address && before.protocol() != Protocol.ICMP;
      if (covered && (network ? pseudo : word != at)) {
        editor.adjust(at, from, to);
      }
    }
    if (covered && before.protocol() == Protocol.UDP) {
      editor.unzero(at);
    }
    return editor.toPacket();
  }

  private static boolean hasChecksum(Packet packet, int at) {
    return packet.protocol() != Protocol.UDP || packet.u16(at) != 0;
  }

  /** Lowers the announced segment size; never raises it. */
  static Packet maximumSegment(Packet packet, int size, boolean addIfMissing) {
    int option = TcpOptions.find(packet, TcpOptions.MAXIMUM_SEGMENT_SIZE);
    int end = TcpOptions.end(packet);
    if (option >= 0 && packet.u8(option + 1) == 4 && option + 4 <= end) {
      return packet.u16(option + 2) <= size ? packet : lowered(packet, option + 2, size);
    }
    boolean room = end - packet.transportOffset() < MOST_HEADER && packet.length() == end;
    return addIfMissing && room ? extended(packet, size) : packet;
  }

  /** The TCP header with these options overwritten by no-operations. */
  static Packet withoutOptions(Packet packet, Set<Integer> kinds) {
    int start = packet.transportOffset();
    int size = (packet.u8(start + 12) >> 4) * 4;
    PacketEditor editor = packet.edit();
    int at = 20;
    while (at < size - 1) {
      int kind = packet.u8(start + at);
      int length = kind <= 1 || packet.u8(start + at + 1) == 0 ? 1 : packet.u8(start + at + 1);
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

  private static Packet lowered(Packet packet, int at, int size) {
    int sum = packet.transportOffset() + 16;
    PacketEditor editor = packet.edit();
    if ((at - packet.transportOffset()) % 2 == 0) {
      editor.adjust(sum, packet.u16(at), size);
    } else {
      int low = packet.u16(at) & 0xff;
      int high = packet.u16(at) >>> 8;
      editor.adjust(sum, high, size >>> 8).adjust(sum, low << 8, (size & 0xff) << 8);
    }
    return editor.put16(at, size).toPacket();
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
