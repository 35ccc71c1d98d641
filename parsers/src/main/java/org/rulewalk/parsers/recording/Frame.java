package org.rulewalk.parsers.recording;

/**
 * One recorded frame, looked at in its reader's buffer. Mutable, used again for each frame; the
 * bytes themselves stay as they are.
 */
public final class Frame {
  /** Which way a frame went. */
  public enum Direction {
    /** The recording does not tell. */
    UNKNOWN,
    /** It came in. */
    IN,
    /** It was sent. */
    OUT,
    /** It was meant for another host. */
    OTHER
  }

  /** What a frame carries. */
  public enum Content {
    /** An IPv4 or IPv6 packet, whole or cut. */
    IP,
    /** Something else: ARP, spanning tree … */
    OTHER,
    /** Less than its link-layer header. */
    CUT,
    /** A link layer that is not read. */
    UNKNOWN_LINK
  }

  /** The address that no Ethernet interface has: a frame without one. */
  public static final long NO_MAC = -1;

  byte[] bytes;
  int start;
  int captured;
  int wire;
  long number;
  long nanos;
  int linkType;
  String device = "";

  Direction direction = Direction.UNKNOWN;
  int interfaceIndex;
  long source = NO_MAC;
  long destination = NO_MAC;
  int vlan;
  int innerVlan;
  int ipStart;
  int ipLength;

  /** The array that holds it. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where its link-layer header starts. */
  public int start() {
    return start;
  }

  /** How many bytes were recorded. */
  public int captured() {
    return captured;
  }

  /** How many bytes it had on the wire. */
  public int wire() {
    return wire;
  }

  /** Its number in its file, from 1. */
  public long number() {
    return number;
  }

  /** When it was recorded, in nanoseconds since 1970. */
  public long nanos() {
    return nanos;
  }

  /** The link-layer header type (LINKTYPE_…). */
  public int linkType() {
    return linkType;
  }

  /** The interface's name as a pcapng file tells it; empty where it doesn't. */
  public String device() {
    return device;
  }

  /** Which way it went, as far as its header tells. */
  public Direction direction() {
    return direction;
  }

  /** The kernel's number of the interface; 0 where the header has none. */
  public int interfaceIndex() {
    return interfaceIndex;
  }

  /** Its Ethernet source, or {@link #NO_MAC}. */
  public long source() {
    return source;
  }

  /** Its Ethernet destination, or {@link #NO_MAC}. */
  public long destination() {
    return destination;
  }

  /** The number of its outer VLAN; 0 for none. */
  public int vlan() {
    return vlan;
  }

  /** The number of a second VLAN within; 0 for none. */
  public int innerVlan() {
    return innerVlan;
  }

  /** Where its IP header starts in {@link #bytes}. */
  public int ipStart() {
    return ipStart;
  }

  /** How many bytes were recorded from the IP header on, padding included. */
  public int ipLength() {
    return ipLength;
  }

  /** How many bytes are missing at its end because of the snap length. */
  public int missing() {
    return Math.max(0, wire - captured);
  }

  /** Whether the IP header says 6. */
  public boolean isIpv6() {
    return (bytes[ipStart] & 0xf0) == 0x60;
  }
}
