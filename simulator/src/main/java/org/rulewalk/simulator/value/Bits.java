package org.rulewalk.simulator.value;

import java.util.HexFormat;

/**
 * An unsigned number of up to 128 bits: what one nf_tables register, address, port, mark or
 * interface name holds.
 *
 * <p>Byte order is not part of the value: a 16-bit port read from the wire as {@code 01 bb} is the
 * number 443. Interface names are the number that their sixteen zero-padded bytes spell, so a name
 * pattern such as {@code vif*} is a masked comparison. The width is known by whoever holds the
 * value.
 *
 * @param high bits 127..64
 * @param low bits 63..0
 */
public record Bits(long high, long low) implements Comparable<Bits> {
  /** The number 0. */
  public static final Bits ZERO = new Bits(0, 0);

  private static final int SMALL = 256;
  private static final Bits[] CACHE = new Bits[SMALL];

  static {
    for (int i = 0; i < SMALL; i++) {
      CACHE[i] = new Bits(0, i);
    }
  }

  /** The number with these low 64 bits, taken as unsigned. */
  public static Bits of(long low) {
    return low >= 0 && low < SMALL ? CACHE[(int) low] : new Bits(0, low);
  }

  /**
   * The number that {@code length} bytes spell, most significant first.
   *
   * @throws IllegalArgumentException if length is over 16
   */
  public static Bits ofBytes(byte[] bytes, int offset, int length) {
    if (length > 16) {
      throw new IllegalArgumentException("a value has at most 16 bytes, not " + length);
    }
    int split = Math.max(0, length - 8);
    long high = 0;
    for (int i = 0; i < split; i++) {
      high = high << 8 | bytes[offset + i] & 0xff;
    }
    long low = 0;
    for (int i = split; i < length; i++) {
      low = low << 8 | bytes[offset + i] & 0xff;
    }
    return high == 0 ? of(low) : new Bits(high, low);
  }

  /** The number whose lowest {@code count} bits are set and no other. */
  public static Bits ones(int count) {
    if (count <= 0) {
      return ZERO;
    }
    if (count >= 128) {
      return new Bits(-1, -1);
    }
    return count > 64 ? new Bits(-1L >>> (128 - count), -1) : new Bits(0, -1L >>> (64 - count));
  }

  /** The mask of a prefix: {@code length} ones at the top of a value of {@code width} bits. */
  public static Bits prefixMask(int length, int width) {
    return ones(width).xor(ones(width - length));
  }

  /** The value that an interface name has in a 16-byte field, cut at 15 bytes as in the kernel. */
  public static Bits ofName(String name) {
    byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] field = new byte[16];
    System.arraycopy(bytes, 0, field, 0, Math.min(bytes.length, 15));
    return ofBytes(field, 0, 16);
  }

  /** The name that a 16-byte field spells, up to its first zero byte. */
  public String toName() {
    byte[] field = toBytes(16);
    int length = 0;
    while (length < 16 && field[length] != 0) {
      length++;
    }
    return new String(field, 0, length, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The lowest {@code length} bytes, most significant first. */
  public byte[] toBytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      int shift = (length - 1 - i) * 8;
      bytes[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
    }
    return bytes;
  }

  /** Bitwise and. */
  public Bits and(Bits other) {
    return new Bits(high & other.high, low & other.low);
  }

  /** Bitwise or. */
  public Bits or(Bits other) {
    return new Bits(high | other.high, low | other.low);
  }

  /** Bitwise exclusive or. */
  public Bits xor(Bits other) {
    return new Bits(high ^ other.high, low ^ other.low);
  }

  /** This value with every bit of {@code mask} cleared. */
  public Bits without(Bits mask) {
    return new Bits(high & ~mask.high, low & ~mask.low);
  }

  /** Shifted towards the top; bits beyond 128 are lost. */
  public Bits shiftLeft(int count) {
    if (count <= 0) {
      return count == 0 ? this : shiftRight(-count);
    }
    if (count >= 128) {
      return ZERO;
    }
    return count >= 64
        ? new Bits(low << (count - 64), 0)
        : new Bits(high << count | low >>> (64 - count), low << count);
  }

  /** Shifted towards the bottom, filled with zeros. */
  public Bits shiftRight(int count) {
    if (count <= 0) {
      return count == 0 ? this : shiftLeft(-count);
    }
    if (count >= 128) {
      return ZERO;
    }
    return count >= 64
        ? new Bits(0, high >>> (count - 64))
        : new Bits(high >>> count, low >>> count | high << (64 - count));
  }

  /** The sum, modulo 2^128. */
  public Bits plus(Bits other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Bits(high + other.high + carry, sum);
  }

  /** The difference, modulo 2^128. */
  public Bits minus(Bits other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Bits(high - other.high - borrow, low - other.low);
  }

  /** Whether no bit is set. */
  public boolean isZero() {
    return high == 0 && low == 0;
  }

  /** The low 32 bits as an int: ports, lengths and other values known to fit. */
  public int toInt() {
    return (int) low;
  }

  /** The number of set bits. */
  public int bitCount() {
    return Long.bitCount(high) + Long.bitCount(low);
  }

  /** Unsigned order. */
  @Override
  public int compareTo(Bits other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  // as a record's own, which the quick compiler does not inline
  @Override
  public boolean equals(Object other) {
    return other instanceof Bits && ((Bits) other).low == low && ((Bits) other).high == high;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** Lower-case hexadecimal with 0x and no leading zeros. */
  @Override
  public String toString() {
    return high == 0
        ? "0x" + Long.toHexString(low)
        : "0x" + Long.toHexString(high) + HexFormat.of().toHexDigits(low);
  }
}
