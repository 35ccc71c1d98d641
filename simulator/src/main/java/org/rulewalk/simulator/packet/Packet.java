package org.rulewalk.simulator.packet;

import java.util.Arrays;
import java.util.HexFormat;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One IP packet: immutable bytes from the IP header on, with the places of its headers worked out.
 *
 * <p>Reading never fails: a header that is not there or is cut off is reported by {@link
 * #hasTransport}, and numbers outside the bytes read as 0. Multi-byte fields are big-endian.
 */
public final class Packet {
  private final byte[] bytes;
  private final HeaderLayout layout;

  // read when first asked for; threads that race read the same
  private IpAddress source;
  private IpAddress destination;

  private Packet(byte[] bytes, HeaderLayout layout) {
    this.bytes = bytes;
    this.layout = layout;
  }

  /**
   * A packet with a copy of these bytes.
   *
   * @throws IllegalArgumentException if they are no IPv4 or IPv6 header
   */
  public static Packet of(byte[] bytes) {
    return wrap(bytes.clone());
  }

  /**
   * A packet with a copy of some of these bytes.
   *
   * @throws IllegalArgumentException if they are no IPv4 or IPv6 header
   */
  public static Packet of(byte[] bytes, int from, int length) {
    return wrap(Arrays.copyOfRange(bytes, from, from + length));
  }

  /**
   * A packet from hexadecimal digits.
   *
   * @throws IllegalArgumentException if they are no IPv4 or IPv6 header
   */
  public static Packet ofHex(String digits) {
    return wrap(HexFormat.of().parseHex(digits));
  }

  static Packet wrap(byte[] bytes) {
    int version = bytes.length == 0 ? 0 : (bytes[0] & 0xff) >>> 4;
    int needed = version == 4 ? 20 : 40;
    if (version != 4 && version != 6) {
      throw new IllegalArgumentException(
          "no IP packet: the first four bits are " + version + ", not 4 or 6");
    }
    if (bytes.length < needed) {
      throw new IllegalArgumentException(
          "an IPv"
              + version
              + " header has at least "
              + needed
              + " bytes, here are "
              + bytes.length);
    }
    return new Packet(bytes, HeaderLayout.of(bytes));
  }

  /**
   * The same packet as nf_tables sees it: an IPv6 authentication header is the upper-layer header
   * (IP6_FH_F_AUTH).
   */
  public Packet untilAuthentication() {
    return version() == IpVersion.IPV4 || extensionOffset(Protocol.AH) < 0
        ? this
        : new Packet(bytes, HeaderLayout.untilAuthentication(bytes));
  }

  /** Its first part, with so many bytes of the upper layer. */
  public Packet withTransportLength(int length) {
    byte[] part = Arrays.copyOf(bytes, transportOffset() + length);
    int field = version() == IpVersion.IPV4 ? part.length : part.length - 40;
    return wrap(part).edit().put16(version() == IpVersion.IPV4 ? 2 : 4, field).toPacket();
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** An editor that starts with these bytes. */
  public PacketEditor edit() {
    return new PacketEditor(bytes.clone());
  }

  byte[] raw() {
    return bytes;
  }

  /** How many bytes there are, which may differ from what the header says. */
  public int length() {
    return bytes.length;
  }

  /** IPv4 or IPv6. */
  public IpVersion version() {
    return layout.version();
  }

  /** Source address. */
  public IpAddress source() {
    IpAddress known = source;
    if (known == null) {
      known = IpAddress.ofBytes(version(), bytes, version() == IpVersion.IPV4 ? 12 : 8);
      source = known;
    }
    return known;
  }

  /** Destination address. */
  public IpAddress destination() {
    IpAddress known = destination;
    if (known == null) {
      known = IpAddress.ofBytes(version(), bytes, version() == IpVersion.IPV4 ? 16 : 24);
      destination = known;
    }
    return known;
  }

  /** Time to live or hop limit. */
  public int ttl() {
    return u8(version() == IpVersion.IPV4 ? 8 : 7);
  }

  /** The TOS byte or traffic class. */
  public int tos() {
    return version() == IpVersion.IPV4 ? u8(1) : u16(0) >>> 4 & 0xff;
  }

  /** IPv4 identification; 0 for IPv6. */
  public int identification() {
    return version() == IpVersion.IPV4 ? u16(4) : 0;
  }

  /** Total length by the header, the IPv6 header included. */
  public int lengthInHeader() {
    return version() == IpVersion.IPV4 ? u16(2) : u16(4) + 40;
  }

  /** The protocol field of IPv4, or the first next-header field of IPv6. */
  public int protocolField() {
    return u8(version() == IpVersion.IPV4 ? 9 : 6);
  }

  /** The upper-layer protocol, behind all IPv6 extension headers; -1 where it can't be found. */
  public int protocol() {
    return layout.protocol();
  }

  /** Where the upper-layer header starts. */
  public int transportOffset() {
    return layout.transportOffset();
  }

  /** How many bytes there are from the upper-layer header on. */
  public int transportLength() {
    return Math.max(0, bytes.length - layout.transportOffset());
  }

  /** The upper layer. */
  public Transport transport() {
    return new Transport(bytes, transportOffset(), transportLength());
  }

  /** Size of the IPv4 header with options, or 40. */
  public int networkHeaderLength() {
    return version() == IpVersion.IPV4 ? (u8(0) & 15) * 4 : 40;
  }

  /** Whether the IPv4 header carries options. */
  public boolean hasIpOptions() {
    return version() == IpVersion.IPV4 && networkHeaderLength() > 20;
  }

  /** The fragment's place in units of 8 bytes; 0 for whole packets and first fragments. */
  public int fragmentOffset() {
    return layout.fragmentOffset();
  }

  /** Whether further fragments follow. */
  public boolean moreFragments() {
    return layout.moreFragments();
  }

  /** Whether this is a part of a packet. */
  public boolean isFragment() {
    return fragmentOffset() != 0 || moreFragments();
  }

  /** The IPv4 don't-fragment bit; true for IPv6, which routers never fragment. */
  public boolean dontFragment() {
    return version() == IpVersion.IPV6 || (u16(6) & 0x4000) != 0;
  }

  /**
   * Whether this is not a later fragment and at least this many bytes of the upper-layer header are
   * there.
   */
  public boolean hasTransport(int count) {
    return protocol() >= 0 && fragmentOffset() == 0 && transportOffset() + count <= bytes.length;
  }

  /** Source port of TCP, UDP and the like; 0 where there is none. */
  public int sourcePort() {
    return Protocol.hasPorts(protocol()) && hasTransport(4) ? u16(transportOffset()) : 0;
  }

  /** Destination port of TCP, UDP and the like; 0 where there is none. */
  public int destinationPort() {
    return Protocol.hasPorts(protocol()) && hasTransport(4) ? u16(transportOffset() + 2) : 0;
  }

  /** The flags byte of TCP; 0 where there is none. See {@link TcpFlags}. */
  public int tcpFlags() {
    return isTcp() ? u8(transportOffset() + 13) : 0;
  }

  /** Whether there is a TCP header of at least 20 bytes. */
  public boolean isTcp() {
    return protocol() == Protocol.TCP && hasTransport(20);
  }

  /** Whether this is ICMP for its IP version, with at least type, code and checksum. */
  public boolean isIcmp() {
    return protocol() == (version() == IpVersion.IPV4 ? Protocol.ICMP : Protocol.ICMPV6)
        && hasTransport(4);
  }

  /** ICMP type; -1 where this is no ICMP. */
  public int icmpType() {
    return isIcmp() ? u8(transportOffset()) : -1;
  }

  /** ICMP code; -1 where this is no ICMP. */
  public int icmpCode() {
    return isIcmp() ? u8(transportOffset() + 1) : -1;
  }

  /** Whether this is an ICMP message that reports an error and quotes the packet it is about. */
  public boolean isIcmpError() {
    int type = icmpType();
    return version() == IpVersion.IPV4
        ? type == 3 || type == 4 || type == 5 || type == 11 || type == 12
        : type >= 0 && type < 128;
  }

  /** One byte, 0 outside the packet. */
  public int u8(int offset) {
    return offset >= 0 && offset < bytes.length ? bytes[offset] & 0xff : 0;
  }

  /** Two bytes, big-endian. */
  public int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  /** Four bytes, big-endian, as an unsigned number. */
  public long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }

  /**
   * The one's complement sum of the IPv6 headers before the transport header, addresses left out:
   * what a sum over the whole packet has beside those that the pseudo header covers.
   */
  public int frontSum() {
    return Checksum.fold(
        Checksum.sum(bytes, 0, 8) + Checksum.sum(bytes, 40, Math.max(0, transportOffset() - 40)));
  }

  /** Whether all these bytes are there. */
  public boolean covers(int offset, int length) {
    return offset >= 0 && length >= 0 && offset + length <= bytes.length;
  }

  /** Up to 8 bytes as a number; the caller has checked {@link #covers}. */
  public long number(int offset, int length) {
    long number = 0;
    for (int i = offset; i < offset + length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }

  /** Up to 16 bytes as a number; the caller has checked {@link #covers}. */
  public Bits bits(int offset, int length) {
    return Bits.ofBytes(bytes, offset, length);
  }

  /** A part of the bytes, cut at the end of the packet. */
  public byte[] slice(int offset, int length) {
    int from = Math.min(offset, bytes.length);
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + Math.max(0, length)));
  }

  /** The offset of an IPv6 extension header of this kind, or -1. */
  public int extensionOffset(int nextHeader) {
    return HeaderLayout.extension(bytes, nextHeader);
  }

  /** Whether the IPv4 header checksum holds; true for IPv6, which has none. */
  public boolean hasValidHeaderChecksum() {
    return version() == IpVersion.IPV6
        || Checksum.fold(Checksum.sum(bytes, 0, Math.min(networkHeaderLength(), bytes.length)))
            == 0;
  }

  /**
   * Whether the upper-layer checksum over {@code length} bytes holds, summed with the pseudo header
   * of {@code protocol} (for ICMP over IPv4 there is none).
   */
  public boolean hasValidTransportChecksum(int protocol, int length) {
    long sum = Checksum.sum(bytes, transportOffset(), Math.min(length, transportLength()));
    if (protocol != Protocol.ICMP) {
      sum += Checksum.pseudoHeader(bytes, version(), protocol, transportLength());
    }
    return Checksum.fold(sum) == 0;
  }

  /**
   * The folded sum of the pseudo header: what a checksum field holds until hardware completes it.
   */
  public int pseudoHeaderSum() {
    return ~Checksum.fold(Checksum.pseudoHeader(bytes, version(), protocol(), transportLength()))
        & 0xffff;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Packet && Arrays.equals(bytes, ((Packet) other).bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes in hexadecimal. */
  public String toHex() {
    return hex(bytes);
  }

  /** Any bytes in hexadecimal, without blanks. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The bytes in hexadecimal. */
  @Override
  public String toString() {
    return toHex();
  }
}
