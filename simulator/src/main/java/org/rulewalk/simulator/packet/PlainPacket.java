package org.rulewalk.simulator.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A packet with nothing odd, looked at where it lies in a larger array: whole IPv4 without options,
 * right lengths and checksums, TCP, UDP or a ping.
 *
 * <p>What following connections asks for is taken out once, by whoever reads it. Nothing is copied
 * or allocated. Mutable, to be used for one packet after another.
 */
public final class PlainPacket {
  /** In what the types of a ping and its answer differ. */
  public static final int PING_TYPES = 8;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int HEADER = 20;
  private static final int FRAGMENT_BITS = 0x3fff;
  private static final int UDP_HEADER = 8;
  private static final int QUERY_HEADER = 8;
  private static final int TCP_HEADER = 20;

  private byte[] bytes = {};
  private int start;
  private int length;
  private int protocol;
  private int tos;
  private int ttl;
  private long addresses;
  private long ports;
  private int flagsOrType;
  private int transportHeader;
  private int sequence;
  private int acknowledgement;
  private int window;

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
    int first = int32(0);
    int third = int32(8);
    int source = int32(12);
    int destination = int32(16);
    length = first & 0xffff;
    tos = first >>> 16 & 0xff;
    ttl = third >>> 24;
    protocol = third >>> 16 & 0xff;
    addresses = (long) source << 32 | destination & 0xffffffffL;
    long ends = (source & 0xffffffffL) + (destination & 0xffffffffL);
    long sum = (first & 0xffffffffL) + (int32(4) & 0xffffffffL) + (third & 0xffffffffL) + ends;
    return length <= count
        && length >= HEADER
        && (int32(4) & FRAGMENT_BITS) == 0
        && ttl > 1
        && Checksum.fold(sum) == 0
        && hasPlainBody(ends);
  }

  /** Looks at a whole packet; false if it is no such packet. */
  public boolean read(Packet packet) {
    return read(packet.raw(), 0, packet.length()) && length == packet.length();
  }

  /** Whether the transport header is whole and right; {@code ends} is the sum of the addresses. */
  private boolean hasPlainBody(long ends) {
    int size = length - HEADER;
    switch (protocol) {
      case Protocol.TCP:
        return size >= TCP_HEADER && readTcp(size) && isRight(size, ends + protocol + size);
      case Protocol.UDP:
        if (size < UDP_HEADER) {
          return false;
        }
        ports = int32(HEADER) & 0xffffffffL;
        flagsOrType = 0;
        int field = int32(HEADER + 4);
        return field >>> 16 == size
            && ((field & 0xffff) == 0 || isRight(size, ends + protocol + size));
      case Protocol.ICMP:
        if (size < QUERY_HEADER) {
          return false;
        }
        int typeAndCode = int32(HEADER) >>> 16;
        ports = (long) (int32(HEADER + 4) >>> 16) << 16 | typeAndCode;
        flagsOrType = typeAndCode >>> 8;
        return (flagsOrType == 0 || flagsOrType == 8) && isRight(size, 0);
      default:
        return false;
    }
  }

  private boolean readTcp(int size) {
    int fourth = int32(HEADER + 12);
    ports = int32(HEADER) & 0xffffffffL;
    sequence = int32(HEADER + 4);
    acknowledgement = int32(HEADER + 8);
    transportHeader = (fourth >>> 28) * 4;
    flagsOrType = fourth >>> 16 & 0xff;
    window = fourth & 0xffff;
    return transportHeader >= TCP_HEADER && transportHeader <= size;
  }

  /** Whether the checksum holds, with so much before it. */
  private boolean isRight(int size, long more) {
    return Checksum.fold(Checksum.sum(bytes, start + HEADER, size) + more) == 0;
  }

  private int int32(int offset) {
    return (int) INTS.get(bytes, start + offset);
  }

  /** How many bytes it has. */
  public int length() {
    return length;
  }

  /** Time to live. */
  public int ttl() {
    return ttl;
  }

  /** The TOS byte. */
  public int tos() {
    return tos;
  }

  /** TCP, UDP or ICMP. */
  public int protocol() {
    return protocol;
  }

  /** Source and destination address, 32 bits each. */
  public long addresses() {
    return addresses;
  }

  /** Source and destination port, 16 bits each; identifier, type and code of a ping. */
  public long ports() {
    return ports;
  }

  /** The ports of an answer, as {@link #ports} tells them. */
  public long answerPorts() {
    return protocol == Protocol.ICMP
        ? ports ^ PING_TYPES << 8
        : ports >>> 16 | (ports & 0xffff) << 16;
  }

  /** The flags byte of TCP, else the byte that is the type of a ping. */
  public int flagsOrType() {
    return flagsOrType;
  }

  /** The length of the TCP header, options included. */
  public int tcpHeaderLength() {
    return transportHeader;
  }

  /** The TCP sequence number. */
  public int sequence() {
    return sequence;
  }

  /** The TCP acknowledgement number. */
  public int acknowledgement() {
    return acknowledgement;
  }

  /** The TCP window, not scaled. */
  public int window() {
    return window;
  }

  /** How many bytes it carries behind its IP header. */
  public int transportLength() {
    return length - HEADER;
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
