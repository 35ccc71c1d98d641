package org.rulewalk.simulator.packet;

import org.rulewalk.simulator.value.IpVersion;

/**
 * Where the headers of a packet are.
 *
 * <p>For IPv6 the walk is the kernel's ipv6_find_hdr (net/ipv6/exthdrs_core.c): it ends at the
 * first header that is no extension header, and at a later fragment.
 *
 * @param protocol the upper-layer protocol, -1 where the walk failed
 * @param transportOffset where its header starts
 * @param fragmentOffset in units of 8 bytes
 */
record HeaderLayout(
    IpVersion version,
    int protocol,
    int transportOffset,
    int fragmentOffset,
    boolean moreFragments) {

  private static final int MAX_EXTENSIONS = 256;

  static HeaderLayout of(byte[] bytes) {
    return (bytes[0] & 0xff) >>> 4 == 4 ? ofIpv4(bytes) : ofIpv6(bytes, -1, false);
  }

  /** The same, but an authentication header ends the walk as an upper-layer header does. */
  static HeaderLayout untilAuthentication(byte[] bytes) {
    return (bytes[0] & 0xff) >>> 4 == 4 ? ofIpv4(bytes) : ofIpv6(bytes, -1, true);
  }

  private static HeaderLayout ofIpv4(byte[] bytes) {
    int fragment = (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
    return new HeaderLayout(
        IpVersion.IPV4,
        bytes[9] & 0xff,
        (bytes[0] & 15) * 4,
        fragment & 0x1fff,
        (fragment & 0x2000) != 0);
  }

  private static HeaderLayout ofIpv6(byte[] bytes, int wanted, boolean untilAuthentication) {
    int next = bytes[6] & 0xff;
    int offset = 40;
    int fragmentOffset = 0;
    boolean more = false;
    for (int i = 0; i < MAX_EXTENSIONS && next != wanted; i++) {
      boolean last =
          !Protocol.isIpv6Extension(next)
              || next == Protocol.NONE
              || untilAuthentication && next == Protocol.AH && offset + 2 <= bytes.length;
      if (last) {
        return new HeaderLayout(
            IpVersion.IPV6, wanted < 0 ? next : -1, offset, fragmentOffset, more);
      }
      int needed = next == Protocol.FRAGMENT ? 4 : 2;
      if (offset + needed > bytes.length) {
        return new HeaderLayout(IpVersion.IPV6, -1, offset, fragmentOffset, more);
      }
      int following = bytes[offset] & 0xff;
      if (next == Protocol.FRAGMENT) {
        int field = (bytes[offset + 2] & 0xff) << 8 | bytes[offset + 3] & 0xff;
        fragmentOffset = field >>> 3;
        more |= (field & 1) != 0;
        if (fragmentOffset != 0) {
          boolean upper = !Protocol.isIpv6Extension(following) || following == Protocol.NONE;
          return new HeaderLayout(
              IpVersion.IPV6,
              wanted < 0 && upper ? following : -1,
              offset + 8,
              fragmentOffset,
              more);
        }
        offset += 8;
      } else if (next == Protocol.AH) {
        offset += ((bytes[offset + 1] & 0xff) + 2) * 4;
      } else {
        offset += ((bytes[offset + 1] & 0xff) + 1) * 8;
      }
      next = following;
    }
    return new HeaderLayout(
        IpVersion.IPV6, next == wanted ? next : -1, offset, fragmentOffset, more);
  }

  /** The offset of an IPv6 extension header, -1 where the packet has none. */
  static int extension(byte[] bytes, int nextHeader) {
    if ((bytes[0] & 0xff) >>> 4 != 6) {
      return -1;
    }
    HeaderLayout found = ofIpv6(bytes, nextHeader, false);
    return found.protocol == nextHeader ? found.transportOffset : -1;
  }
}
