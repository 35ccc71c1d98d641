package org.rulewalk.parsers.recording;

/** Finds the IP packet in a frame, and what its link-layer header tells beside it. */
public final class LinkLayer {
  private static final int NULL = 0;
  private static final int ETHERNET = 1;
  private static final int LOOP = 108;
  private static final int LINUX_COOKED = 113;
  private static final int IPV4_ONLY = 228;
  private static final int IPV6_ONLY = 229;
  private static final int LINUX_COOKED_2 = 276;

  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int OLD_SERVICE_VLAN = 0x9100;
  private static final int VLAN_ID = 0xfff;
  private static final int MOST_VLANS = 2;

  /** AF_INET, and AF_INET6 as Linux, NetBSD, FreeBSD and macOS number it. */
  private static final int[] FAMILIES = {2, 10, 24, 28, 30};

  private LinkLayer() {}

  /** Reads the header; the frame then knows its addresses, direction and IP packet. */
  public static Frame.Content read(Frame frame) {
    frame.source = Frame.NO_MAC;
    frame.destination = Frame.NO_MAC;
    frame.interfaceIndex = 0;
    frame.vlan = 0;
    frame.innerVlan = 0;
    switch (frame.linkType) {
      case ETHERNET:
        return ethernet(frame);
      case 12:
      case 14:
      case 101:
      case IPV4_ONLY:
      case IPV6_ONLY:
        return ip(frame, 0);
      case LINUX_COOKED:
        return cooked(frame);
      case LINUX_COOKED_2:
        return cooked2(frame);
      case NULL:
      case LOOP:
        return loopback(frame);
      default:
        return Frame.Content.UNKNOWN_LINK;
    }
  }

  private static Frame.Content ethernet(Frame frame) {
    if (frame.captured < 14) {
      return Frame.Content.CUT;
    }
    frame.destination = mac(frame, 0);
    frame.source = mac(frame, 6);
    return typed(frame, 12);
  }

  /** From an EtherType on, behind which VLAN tags may stand. */
  private static Frame.Content typed(Frame frame, int typeAt) {
    int at = typeAt;
    int type = u16(frame, at);
    for (int tags = 0; isVlan(type) && tags < MOST_VLANS; tags++) {
      if (frame.captured < at + 6) {
        return Frame.Content.CUT;
      }
      int id = u16(frame, at + 2) & VLAN_ID;
      if (frame.vlan == 0) {
        frame.vlan = id;
      } else {
        frame.innerVlan = id;
      }
      at += 4;
      type = u16(frame, at);
    }
    return isIp(type) ? ip(frame, at + 2) : Frame.Content.OTHER;
  }

  private static boolean isVlan(int type) {
    return type == VLAN || type == SERVICE_VLAN || type == OLD_SERVICE_VLAN;
  }

  private static boolean isIp(int type) {
    return type == TYPE_IPV4 || type == TYPE_IPV6;
  }

  private static Frame.Content cooked(Frame frame) {
    if (frame.captured < 16) {
      return Frame.Content.CUT;
    }
    frame.direction = direction(u16(frame, 0));
    frame.source = u16(frame, 4) == 6 ? mac(frame, 6) : Frame.NO_MAC;
    return typed(frame, 14);
  }

  private static Frame.Content cooked2(Frame frame) {
    if (frame.captured < 20) {
      return Frame.Content.CUT;
    }
    frame.interfaceIndex = u16(frame, 4) << 16 | u16(frame, 6);
    frame.direction = direction(u8(frame, 10));
    frame.source = u8(frame, 11) == 6 ? mac(frame, 12) : Frame.NO_MAC;
    int type = u16(frame, 0);
    return isIp(type) ? ip(frame, 20) : Frame.Content.OTHER;
  }

  /** The kernel's packet types: to us, to all, to a group, to another host, sent by us. */
  private static Frame.Direction direction(int packetType) {
    switch (packetType) {
      case 0:
      case 1:
      case 2:
        return Frame.Direction.IN;
      case 3:
        return Frame.Direction.OTHER;
      case 4:
        return Frame.Direction.OUT;
      default:
        return Frame.Direction.UNKNOWN;
    }
  }

  /** The family's number has the byte order of the machine that recorded. */
  private static Frame.Content loopback(Frame frame) {
    if (frame.captured < 4) {
      return Frame.Content.CUT;
    }
    int family = u16(frame, 0) << 16 | u16(frame, 2);
    int other = Integer.reverseBytes(family);
    for (int known : FAMILIES) {
      if (family == known || other == known) {
        return ip(frame, 4);
      }
    }
    return Frame.Content.OTHER;
  }

  private static Frame.Content ip(Frame frame, int offset) {
    frame.ipStart = frame.start + offset;
    frame.ipLength = frame.captured - offset;
    return frame.ipLength > 0 ? Frame.Content.IP : Frame.Content.CUT;
  }

  private static int u8(Frame frame, int offset) {
    return frame.bytes[frame.start + offset] & 0xff;
  }

  private static int u16(Frame frame, int offset) {
    return u8(frame, offset) << 8 | u8(frame, offset + 1);
  }

  private static long mac(Frame frame, int offset) {
    return (long) u16(frame, offset) << 32
        | (long) u16(frame, offset + 2) << 16
        | u16(frame, offset + 4);
  }
}
