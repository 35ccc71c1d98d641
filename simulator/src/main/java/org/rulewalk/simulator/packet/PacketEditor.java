package org.rulewalk.simulator.packet;

import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Changes a packet's bytes in place and keeps checksums by incremental update, as the kernel does.
 *
 * <p>Not thread-safe; {@link #toPacket} hands the bytes over and the editor must not be used after.
 */
public final class PacketEditor {
  private final byte[] bytes;

  PacketEditor(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The packet as edited. */
  public Packet toPacket() {
    return Packet.wrap(bytes);
  }

  private boolean isIpv4() {
    return (bytes[0] & 0xff) >>> 4 == 4;
  }

  private int get16(int offset) {
    return (bytes[offset] & 0xff) << 8 | bytes[offset + 1] & 0xff;
  }

  /** Writes one byte; no checksum is touched. */
  public PacketEditor put8(int offset, int value) {
    bytes[offset] = (byte) value;
    return this;
  }

  /** Writes two bytes, big-endian; no checksum is touched. */
  public PacketEditor put16(int offset, int value) {
    bytes[offset] = (byte) (value >>> 8);
    bytes[offset + 1] = (byte) value;
    return this;
  }

  /** Writes bytes; no checksum is touched. */
  public PacketEditor put(int offset, byte[] data) {
    System.arraycopy(data, 0, bytes, offset, data.length);
    return this;
  }

  /** Updates the checksum at an offset for a 16-bit word that changes elsewhere. */
  public PacketEditor adjust(int checksumOffset, int from, int to) {
    return put16(checksumOffset, Checksum.replace(get16(checksumOffset), from, to));
  }

  /** Updates the checksum at an offset for an address that changes. */
  public PacketEditor adjust(int checksumOffset, IpAddress from, IpAddress to) {
    byte[] old = from.toBytes();
    byte[] now = to.toBytes();
    for (int i = 0; i < old.length; i += 2) {
      adjust(
          checksumOffset,
          (old[i] & 0xff) << 8 | old[i + 1] & 0xff,
          (now[i] & 0xff) << 8 | now[i + 1] & 0xff);
    }
    return this;
  }

  /** Turns a UDP checksum that came out as 0, which would mean "none", into its other form. */
  public PacketEditor unzero(int checksumOffset) {
    return get16(checksumOffset) == 0 ? put16(checksumOffset, 0xffff) : this;
  }

  /** Sets TTL or hop limit and updates the IPv4 header checksum. */
  public PacketEditor ttl(int ttl) {
    if (!isIpv4()) {
      return put8(7, ttl);
    }
    int from = get16(8);
    put8(8, ttl);
    return adjust(10, from, get16(8));
  }

  /** Sets the TOS byte or traffic class and updates the IPv4 header checksum. */
  public PacketEditor tos(int tos) {
    if (!isIpv4()) {
      return put16(0, get16(0) & 0xf00f | (tos & 0xff) << 4);
    }
    int from = get16(0);
    put8(1, tos);
    return adjust(10, from, get16(0));
  }

  /** Sets source or destination address and updates the IPv4 header checksum, no other. */
  public PacketEditor address(boolean source, IpAddress address) {
    boolean v4 = isIpv4();
    int offset = v4 ? (source ? 12 : 16) : (source ? 8 : 24);
    if (v4) {
      adjust(10, IpAddress.ofBytes(IpVersion.IPV4, bytes, offset), address);
    }
    return put(offset, address.toBytes());
  }

  /** Writes the IPv4 header checksum anew; nothing for IPv6. */
  public PacketEditor headerChecksum() {
    if (isIpv4()) {
      put16(10, 0);
      put16(10, Checksum.fold(Checksum.sum(bytes, 0, (bytes[0] & 15) * 4)));
    }
    return this;
  }

  /**
   * Writes bits at a bit offset from a byte offset, most significant first; no checksum is touched.
   */
  public PacketEditor putBits(int byteOffset, int bitOffset, int width, Bits value) {
    for (int i = 0; i < width; i++) {
      int position = bitOffset + i;
      int at = byteOffset + position / 8;
      int bit = 0x80 >>> position % 8;
      boolean set = (value.shiftRight(width - 1 - i).low() & 1) != 0;
      bytes[at] = (byte) (set ? bytes[at] | bit : bytes[at] & ~bit);
    }
    return this;
  }
}
