package org.rulewalk.simulator.packet;

import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Builds whole packets, with all lengths and checksums right. */
public final class Packets {
  private Packets() {}

  /**
   * What the IP header of a new packet says beside its addresses.
   *
   * @param ttl time to live or hop limit
   * @param tos the TOS byte or traffic class
   * @param dontFragment the DF bit; no meaning for IPv6
   * @param identification 16 bits; no meaning for IPv6
   */
  public record IpOptions(int ttl, int tos, boolean dontFragment, int identification) {
    /** TTL 64, TOS 0, DF set, identification 0: what Linux gives the packets of a connection. */
    public static final IpOptions DEFAULT = new IpOptions(64, 0, true, 0);

    /** The same with another TOS byte. */
    public IpOptions withTos(int value) {
      return new IpOptions(ttl, value, dontFragment, identification);
    }

    /** The same with or without the DF bit. */
    public IpOptions withDontFragment(boolean value) {
      return new IpOptions(ttl, tos, value, identification);
    }

    /** The same with another TTL. */
    public IpOptions withTtl(int value) {
      return new IpOptions(value, tos, dontFragment, identification);
    }
  }

  /**
   * A packet of any protocol. If the protocol is TCP, UDP, UDP-Lite, ICMP or ICMPv6, the checksum
   * field of {@code body} is filled in.
   */
  public static Packet ip(
      IpAddress source, IpAddress destination, int protocol, byte[] body, IpOptions options) {
    boolean v4 = source.version() == IpVersion.IPV4;
    int header = source.version().headerBytes();
    byte[] bytes = new byte[header + body.length];
    PacketEditor editor = new PacketEditor(bytes);
    System.arraycopy(body, 0, bytes, header, body.length);
    if (v4) {
      editor
          .put8(0, 0x45)
          .put8(1, options.tos())
          .put16(2, bytes.length)
          .put16(4, options.identification());
      editor.put16(6, options.dontFragment() ? 0x4000 : 0).put8(8, options.ttl()).put8(9, protocol);
      editor.put(12, source.toBytes()).put(16, destination.toBytes()).headerChecksum();
    } else {
      editor
          .put16(0, 0x6000 | options.tos() << 4)
          .put16(4, body.length)
          .put8(6, protocol)
          .put8(7, options.ttl());
      editor.put(8, source.toBytes()).put(24, destination.toBytes());
    }
    fillChecksum(bytes, source.version(), protocol, header, editor);
    return Packet.wrap(bytes);
  }

  /** The same packet with the checksum of its upper layer written anew. */
  public static Packet summedUp(Packet packet) {
    byte[] bytes = packet.toBytes();
    PacketEditor editor = packet.edit();
    int start = packet.transportOffset();
    int at = start + checksumOffset(packet.protocol());
    bytes[at] = 0;
    bytes[at + 1] = 0;
    fillChecksum(bytes, packet.version(), packet.protocol(), start, editor.put16(at, 0));
    return editor.toPacket();
  }

  private static void fillChecksum(
      byte[] bytes, IpVersion version, int protocol, int header, PacketEditor editor) {
    int at = checksumOffset(protocol);
    int length = bytes.length - header;
    if (at < 0 || length < at + 2) {
      return;
    }
    editor.put16(header + at, 0);
    long sum = Checksum.sum(bytes, header, length);
    if (protocol != Protocol.ICMP) {
      sum += Checksum.pseudoHeader(bytes, version, protocol, length);
    }
    editor.put16(header + at, Checksum.fold(sum));
    if (protocol == Protocol.UDP) {
      editor.unzero(header + at);
    }
  }

  /** Where in its header a protocol keeps its 16-bit one's complement checksum; -1 if nowhere. */
  public static int checksumOffset(int protocol) {
    switch (protocol) {
      case Protocol.TCP:
        return 16;
      case Protocol.UDP:
      case Protocol.UDPLITE:
      case Protocol.DCCP:
        return 6;
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        return 2;
      default:
        return -1;
    }
  }

  /** What a TCP segment says; sequence and acknowledgement are unsigned 32-bit numbers. */
  public record Tcp(
      int sourcePort,
      int destinationPort,
      long sequence,
      long acknowledgement,
      int flags,
      int window) {}

  /** A TCP segment; {@code options} is a multiple of four bytes. */
  public static Packet tcp(
      IpAddress source, IpAddress destination, Tcp tcp, byte[] options, byte[] data, IpOptions ip) {
    byte[] body = new byte[20 + options.length + data.length];
    PacketEditor editor = new PacketEditor(body);
    editor.put16(0, tcp.sourcePort()).put16(2, tcp.destinationPort());
    editor.put16(4, (int) (tcp.sequence() >>> 16)).put16(6, (int) tcp.sequence());
    editor.put16(8, (int) (tcp.acknowledgement() >>> 16)).put16(10, (int) tcp.acknowledgement());
    editor.put8(12, (20 + options.length) / 4 << 4).put8(13, tcp.flags()).put16(14, tcp.window());
    editor.put(20, options).put(20 + options.length, data);
    return ip(source, destination, Protocol.TCP, body, ip);
  }

  /** A UDP datagram. */
  public static Packet udp(
      IpAddress source,
      IpAddress destination,
      int sourcePort,
      int destinationPort,
      byte[] data,
      IpOptions ip) {
    byte[] body = new byte[8 + data.length];
    new PacketEditor(body)
        .put16(0, sourcePort)
        .put16(2, destinationPort)
        .put16(4, body.length)
        .put(8, data);
    return ip(source, destination, Protocol.UDP, body, ip);
  }

  /**
   * An ICMP or ICMPv6 message, by the version of the addresses.
   *
   * @param rest the four bytes behind the checksum: identifier and sequence, gateway, MTU …
   */
  public static Packet icmp(
      IpAddress source,
      IpAddress destination,
      int type,
      int code,
      long rest,
      byte[] data,
      IpOptions ip) {
    byte[] body = new byte[8 + data.length];
    PacketEditor editor = new PacketEditor(body).put8(0, type).put8(1, code);
    editor.put16(4, (int) (rest >>> 16)).put16(6, (int) rest).put(8, data);
    int protocol = source.version() == IpVersion.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    return ip(source, destination, protocol, body, ip);
  }
}
