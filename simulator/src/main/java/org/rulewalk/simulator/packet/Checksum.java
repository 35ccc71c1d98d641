package org.rulewalk.simulator.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
 *
 * <p>Updates follow the kernel's arithmetic (include/net/checksum.h), so that a checksum that was
 * wrong before is wrong by the same amount after, and zero is written as the kernel writes it.
 */
final class Checksum {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Checksum() {}

  /**
   * Sum of bytes that {@link #fold} makes the one's complement sum of 16-bit big-endian words, a
   * last odd byte padded with zero.
   */
  static long sum(byte[] bytes, int offset, int length) {
    long sum = 0;
    int end = offset + length;
    int i = offset;
    // sums of 32-bit words fold to the same
    for (; i + 7 < end; i += 8) {
      long words = (long) WORDS.get(bytes, i);
      sum += (words >>> 32) + (words & 0xffffffffL);
    }
    for (; i + 1 < end; i += 2) {
      sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
    }
    if (i < end) {
      sum += (bytes[i] & 0xff) << 8;
    }
    return sum;
  }

  /** The sum of the pseudo header of RFC 768 / RFC 8200 section 8.1. */
  static long pseudoHeader(byte[] packet, IpVersion version, int protocol, int length) {
    long addresses = version == IpVersion.IPV4 ? sum(packet, 12, 8) : sum(packet, 8, 32);
    return addresses + protocol + (length >>> 16) + (length & 0xffff);
  }

  /** Folds a sum to 16 bits and complements it: what is written into a header. */
  static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }

  /** The checksum after a 16-bit word changed (kernel: csum_replace2). */
  static int replace(int checksum, int from, int to) {
    int sum = add16(~checksum & 0xffff, ~from & 0xffff);
    return ~add16(sum, to & 0xffff) & 0xffff;
  }

  private static int add16(int a, int b) {
    int sum = a + b;
    return (sum & 0xffff) + (sum >>> 16);
  }
}
