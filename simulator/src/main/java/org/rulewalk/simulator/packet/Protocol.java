package org.rulewalk.simulator.packet;

/** Numbers of the protocols above IP that the simulator treats by name (IANA protocol numbers). */
public final class Protocol {
  /** IPv6 hop-by-hop options. */
  public static final int HOP_BY_HOP = 0;

  /** Internet Control Message Protocol, RFC 792. */
  public static final int ICMP = 1;

  /** Internet Group Management Protocol. */
  public static final int IGMP = 2;

  /** IPv4 in IP. */
  public static final int IPIP = 4;

  /** Transmission Control Protocol, RFC 9293. */
  public static final int TCP = 6;

  /** User Datagram Protocol, RFC 768. */
  public static final int UDP = 17;

  /** Datagram Congestion Control Protocol, RFC 4340. */
  public static final int DCCP = 33;

  /** IPv6 in IP. */
  public static final int IPV6 = 41;

  /** IPv6 routing header. */
  public static final int ROUTING = 43;

  /** IPv6 fragment header. */
  public static final int FRAGMENT = 44;

  /** Generic Routing Encapsulation, RFC 2784. */
  public static final int GRE = 47;

  /** Encapsulating Security Payload. */
  public static final int ESP = 50;

  /** Authentication Header. */
  public static final int AH = 51;

  /** ICMP for IPv6, RFC 4443. */
  public static final int ICMPV6 = 58;

  /** IPv6: nothing follows. */
  public static final int NONE = 59;

  /** IPv6 destination options. */
  public static final int DESTINATION_OPTIONS = 60;

  /** IP payload compression. */
  public static final int COMP = 108;

  /** Stream Control Transmission Protocol, RFC 9260. */
  public static final int SCTP = 132;

  /** IPv6 mobility header. */
  public static final int MOBILITY = 135;

  /** UDP-Lite, RFC 3828. */
  public static final int UDPLITE = 136;

  /** What routing sees of packets that a program wrote whole; never on a link. */
  public static final int RAW = 255;

  private Protocol() {}

  /** Whether the first four bytes of this protocol's header are two ports. */
  public static boolean hasPorts(int protocol) {
    return protocol == TCP
        || protocol == UDP
        || protocol == SCTP
        || protocol == DCCP
        || protocol == UDPLITE;
  }

  /** Whether an IPv6 next-header value announces an extension header (kernel: ipv6_ext_hdr). */
  public static boolean isIpv6Extension(int nextHeader) {
    return nextHeader == HOP_BY_HOP
        || nextHeader == ROUTING
        || nextHeader == FRAGMENT
        || nextHeader == AH
        || nextHeader == NONE
        || nextHeader == DESTINATION_OPTIONS;
  }
}
