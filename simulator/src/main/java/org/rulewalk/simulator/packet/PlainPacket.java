package org.rulewalk.simulator.packet;

/**
 * A packet with nothing odd, looked at where it lies in a larger array: whole IPv4 without options,
 * right lengths and checksums, TCP, UDP or a ping.
 *
 * <p>Nothing is copied or allocated. Mutable, to be used for one packet after another.
 */
public final class PlainPacket {
  /** In what the types of a ping and its answer differ. */
  public static final int PING_TYPES = 8;

  private static final int HEADER = 20;
  private static final int FRAGMENT_BITS = 0x3fff;
  private static final int UDP_HEADER = 8;
  private static final int QUERY_HEADER = 8;

  private byte[] bytes = {};
  private int start;
  private int length;
  private int protocol;

  /**
   * Looks at what stands in an array, perhaps with padding behind it.
   *
   * @param count how many bytes there are
   * @return false if it is no such packet; then this says nothing
   */
  public boolean read(byte[] from, int at, int count) {
    if (count < HEADER || from[at] != 0x45) {
      return false;
    }
    bytes = from;
    start = at;
    length = u16(2);
    protocol = u8(9);
    return length <= count
        && length >= HEADER
        && (u16(6) & FRAGMENT_BITS) == 0
        && u8(8) > 1
        && Checksum.fold(Checksum.sum(bytes, start, HEADER)) == 0
        && hasPlainBody();
  }

  /** Looks at a whole packet; false if it is no such packet. */
  public boolean read(Packet packet) {
    return read(packet.raw(), 0, packet.length()) && length == packet.length();
  }

  private boolean hasPlainBody() {
    int size = length - HEADER;
    switch (protocol) {
      case Protocol.TCP:
        int header = size < HEADER ? 0 : (u8(HEADER + 12) >>> 4) * 4;
        return header >= HEADER && header <= size && isRight(size, protocol + size, 8);
      case Protocol.UDP:
        return size >= UDP_HEADER
            && u16(HEADER + 4) == size
            && (u16(HEADER + 6) == 0 || isRight(size, protocol + size, 8));
      case Protocol.ICMP:
        return size >= QUERY_HEADER && (u8(HEADER) == 0 || u8(HEADER) == 8) && isRight(size, 0, 0);
      default:
        return false;
    }
  }

  /** Whether the checksum holds, with so much and so many bytes of addresses before it. */
  private boolean isRight(int size, int more, int addresses) {
    int from = start + HEADER - addresses;
    return Checksum.fold(Checksum.sum(bytes, from, addresses + size) + more) == 0;
  }

  private int u8(int offset) {
    return bytes[start + offset] & 0xff;
  }

  private int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  private long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }

  /** How many bytes it has. */
  public int length() {
    return length;
  }

  /** Time to live. */
  public int ttl() {
    return u8(8);
  }

  /** The TOS byte. */
  public int tos() {
    return u8(1);
  }

  /** TCP, UDP or ICMP. */
  public int protocol() {
    return protocol;
  }

  /** Source and destination address, 32 bits each. */
  public long addresses() {
    return u32(12) << 32 | u32(16);
  }

  /** Source and destination port, 16 bits each; identifier, type and code of a ping. */
  public long ports() {
    return protocol == Protocol.ICMP ? (long) u16(HEADER + 4) << 16 | u16(HEADER) : u32(HEADER);
  }

  /** The ports of an answer, as {@link #ports} tells them. */
  public long answerPorts() {
    return protocol == Protocol.ICMP
        ? ports() ^ PING_TYPES << 8
        : (long) u16(HEADER + 2) << 16 | u16(HEADER);
  }

  /** The flags byte of TCP, else the byte that is the type of a ping. */
  public int flagsOrType() {
    return protocol == Protocol.TCP ? u8(HEADER + 13) : protocol == Protocol.ICMP ? u8(HEADER) : 0;
  }

  /** What it carries. */
  public Transport transport() {
    return new Transport(bytes, start + HEADER, length - HEADER);
  }

  /** The same for itself. */
  public Packet toPacket() {
    return Packet.of(bytes, start, length);
  }
}
