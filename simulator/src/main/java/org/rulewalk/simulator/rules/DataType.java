package org.rulewalk.simulator.rules;

import java.util.Locale;
import java.util.Optional;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a value means, so that it can be written in words: nftables' data types (man 8 nft, DATA
 * TYPES).
 */
public enum DataType {
  /** A plain number. */
  INTEGER,
  /** Text of up to 16 bytes. */
  STRING,
  /** An IPv4 address. */
  IPV4_ADDR,
  /** An IPv6 address. */
  IPV6_ADDR,
  /** An Ethernet address. */
  ETHER_ADDR,
  /** An EtherType. */
  ETHER_TYPE,
  /** An IP protocol number. */
  INET_PROTO,
  /** A TCP, UDP, … port. */
  INET_SERVICE,
  /** An interface name, perhaps a pattern. */
  IFNAME,
  /** An interface, written by name, compared by index. */
  IFACE_INDEX,
  /** An ARPHRD number. */
  IFACE_TYPE,
  /** A group of interfaces. */
  DEVGROUP,
  /** A packet or connection mark. */
  MARK,
  /** A set of connection tracking states. */
  CT_STATE,
  /** A set of connection tracking status bits. */
  CT_STATUS,
  /** original or reply. */
  CT_DIR,
  /** A set of connection tracking events. */
  CT_EVENT,
  /** A set of connection labels. */
  CT_LABEL,
  /** A set of TCP flags. */
  TCP_FLAG,
  /** An ICMP type. */
  ICMP_TYPE,
  /** An ICMP code. */
  ICMP_CODE,
  /** An ICMPv6 type. */
  ICMPV6_TYPE,
  /** An ICMPv6 code. */
  ICMPV6_CODE,
  /** A code that is translated for IPv4 or IPv6. */
  ICMPX_CODE,
  /** An IGMP type. */
  IGMP_TYPE,
  /** A differentiated services code point. */
  DSCP,
  /** Explicit congestion notification bits. */
  ECN,
  /** unicast, broadcast, multicast or other. */
  PKT_TYPE,
  /** ipv4 or ipv6 (netfilter's protocol number). */
  NF_PROTO,
  /** What a routing lookup says of an address: local, unicast … */
  FIB_ADDRTYPE,
  /** A routing realm. */
  REALM,
  /** A traffic class: major and minor number. */
  CLASSID,
  /** A user. */
  UID,
  /** A group. */
  GID,
  /** A control group path or id. */
  CGROUPSV2,
  /** A span of time in milliseconds. */
  TIME,
  /** A point in time, nanoseconds since 1970. */
  TIMESTAMP,
  /** A day of the week, Sunday is 0. */
  DAY,
  /** Seconds since midnight UTC. */
  HOUR,
  /** An ARP operation. */
  ARP_OP,
  /** A DCCP packet type. */
  DCCP_PKTTYPE,
  /** A mobility header type. */
  MH_TYPE,
  /** missing (0) or exists (1). */
  BOOLEAN,
  /** What to do with the packet. */
  VERDICT;

  /** That of an address. */
  public static DataType ofAddress(IpVersion version) {
    return version == IpVersion.IPV4 ? IPV4_ADDR : IPV6_ADDR;
  }

  /** The word that {@code nft} uses for the type of a set. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type with this word; empty if there is none. */
  public static Optional<DataType> ofWord(String word) {
    for (DataType type : values()) {
      if (type.word().equals(word)) {
        return Optional.of(type);
      }
    }
    return "iface_name".equals(word) ? Optional.of(IFNAME) : Optional.empty();
  }
}
