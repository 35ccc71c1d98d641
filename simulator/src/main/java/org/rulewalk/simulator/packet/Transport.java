package org.rulewalk.simulator.packet;

/**
 * What a packet carries behind its IP header, looked at where it lies. Offsets are from its first
 * byte; what is not there reads as 0.
 */
public final class Transport {
  private final byte[] bytes;
  private final int start;
  private final int length;

  Transport(byte[] bytes, int start, int length) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** One byte. */
  public int u8(int offset) {
    return offset >= 0 && offset < length ? bytes[start + offset] & 0xff : 0;
  }

  /** Two bytes, big-endian. */
  public int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  /** Four bytes, big-endian. */
  public int int32(int offset) {
    return u16(offset) << 16 | u16(offset + 2);
  }
}
