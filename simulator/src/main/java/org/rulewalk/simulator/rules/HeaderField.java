package org.rulewalk.simulator.rules;

import static org.rulewalk.simulator.rules.HeaderField.Layer.AH;
import static org.rulewalk.simulator.rules.HeaderField.Layer.ARP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.COMP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.DCCP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.ESP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.ETHER;
import static org.rulewalk.simulator.rules.HeaderField.Layer.ICMP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.ICMP6;
import static org.rulewalk.simulator.rules.HeaderField.Layer.IGMP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.IP4;
import static org.rulewalk.simulator.rules.HeaderField.Layer.IP6;
import static org.rulewalk.simulator.rules.HeaderField.Layer.SCTP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.TCP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.TH;
import static org.rulewalk.simulator.rules.HeaderField.Layer.UDP;
import static org.rulewalk.simulator.rules.HeaderField.Layer.UDPLITE;
import static org.rulewalk.simulator.rules.HeaderField.Layer.VLAN;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A field of a packet header at a fixed place (nftables: src/proto.c).
 *
 * <p>A field is there only where its protocol is: {@code tcp dport} of a UDP packet is absent, as
 * if nft's implied {@code meta l4proto tcp} stood before it.
 */
public enum HeaderField {
  ETHER_DADDR(ETHER, "daddr", 0, 48, DataType.ETHER_ADDR),
  ETHER_SADDR(ETHER, "saddr", 48, 48, DataType.ETHER_ADDR),
  ETHER_TYPE(ETHER, "type", 96, 16, DataType.ETHER_TYPE),
  VLAN_PCP(VLAN, "pcp", 112, 3, DataType.INTEGER),
  VLAN_DEI(VLAN, "dei", 115, 1, DataType.INTEGER),
  VLAN_ID(VLAN, "id", 116, 12, DataType.INTEGER),
  VLAN_TYPE(VLAN, "type", 128, 16, DataType.ETHER_TYPE),
  ARP_HTYPE(ARP, "htype", 0, 16, DataType.INTEGER),
  ARP_PTYPE(ARP, "ptype", 16, 16, DataType.ETHER_TYPE),
  ARP_HLEN(ARP, "hlen", 32, 8, DataType.INTEGER),
  ARP_PLEN(ARP, "plen", 40, 8, DataType.INTEGER),
  ARP_OPERATION(ARP, "operation", 48, 16, DataType.ARP_OP),
  ARP_SADDR_ETHER(ARP, "saddr ether", 64, 48, DataType.ETHER_ADDR),
  ARP_SADDR_IP(ARP, "saddr ip", 112, 32, DataType.IPV4_ADDR),
  ARP_DADDR_ETHER(ARP, "daddr ether", 144, 48, DataType.ETHER_ADDR),
  ARP_DADDR_IP(ARP, "daddr ip", 192, 32, DataType.IPV4_ADDR),
  IP_VERSION(IP4, "version", 0, 4, DataType.INTEGER),
  IP_HDRLENGTH(IP4, "hdrlength", 4, 4, DataType.INTEGER),
  IP_TOS(IP4, "tos", 8, 8, DataType.INTEGER),
  IP_DSCP(IP4, "dscp", 8, 6, DataType.DSCP),
  IP_ECN(IP4, "ecn", 14, 2, DataType.ECN),
  IP_LENGTH(IP4, "length", 16, 16, DataType.INTEGER),
  IP_ID(IP4, "id", 32, 16, DataType.INTEGER),
  IP_FRAG_OFF(IP4, "frag-off", 48, 16, DataType.INTEGER),
  IP_TTL(IP4, "ttl", 64, 8, DataType.INTEGER),
  IP_PROTOCOL(IP4, "protocol", 72, 8, DataType.INET_PROTO),
  IP_CHECKSUM(IP4, "checksum", 80, 16, DataType.INTEGER),
  IP_SADDR(IP4, "saddr", 96, 32, DataType.IPV4_ADDR),
  IP_DADDR(IP4, "daddr", 128, 32, DataType.IPV4_ADDR),
  IP6_VERSION(IP6, "version", 0, 4, DataType.INTEGER),
  IP6_TCLASS(IP6, "tclass", 4, 8, DataType.INTEGER),
  IP6_DSCP(IP6, "dscp", 4, 6, DataType.DSCP),
  IP6_ECN(IP6, "ecn", 10, 2, DataType.ECN),
  IP6_FLOWLABEL(IP6, "flowlabel", 12, 20, DataType.INTEGER),
  IP6_LENGTH(IP6, "length", 32, 16, DataType.INTEGER),
  IP6_NEXTHDR(IP6, "nexthdr", 48, 8, DataType.INET_PROTO),
  IP6_HOPLIMIT(IP6, "hoplimit", 56, 8, DataType.INTEGER),
  IP6_SADDR(IP6, "saddr", 64, 128, DataType.IPV6_ADDR),
  IP6_DADDR(IP6, "daddr", 192, 128, DataType.IPV6_ADDR),
  ICMP_TYPE(ICMP, "type", 0, 8, DataType.ICMP_TYPE),
  ICMP_CODE(ICMP, "code", 8, 8, DataType.ICMP_CODE),
  ICMP_CHECKSUM(ICMP, "checksum", 16, 16, DataType.INTEGER),
  ICMP_ID(ICMP, "id", 32, 16, DataType.INTEGER),
  ICMP_SEQUENCE(ICMP, "sequence", 48, 16, DataType.INTEGER),
  ICMP_GATEWAY(ICMP, "gateway", 32, 32, DataType.INTEGER),
  ICMP_MTU(ICMP, "mtu", 48, 16, DataType.INTEGER),
  ICMPV6_TYPE(ICMP6, "type", 0, 8, DataType.ICMPV6_TYPE),
  ICMPV6_CODE(ICMP6, "code", 8, 8, DataType.ICMPV6_CODE),
  ICMPV6_CHECKSUM(ICMP6, "checksum", 16, 16, DataType.INTEGER),
  ICMPV6_PARAMETER_PROBLEM(ICMP6, "parameter-problem", 32, 32, DataType.INTEGER),
  ICMPV6_MTU(ICMP6, "mtu", 32, 32, DataType.INTEGER),
  ICMPV6_ID(ICMP6, "id", 32, 16, DataType.INTEGER),
  ICMPV6_SEQUENCE(ICMP6, "sequence", 48, 16, DataType.INTEGER),
  ICMPV6_MAX_DELAY(ICMP6, "max-delay", 32, 16, DataType.INTEGER),
  ICMPV6_TADDR(ICMP6, "taddr", 64, 128, DataType.IPV6_ADDR),
  ICMPV6_DADDR(ICMP6, "daddr", 192, 128, DataType.IPV6_ADDR),
  IGMP_TYPE(IGMP, "type", 0, 8, DataType.IGMP_TYPE),
  IGMP_MRT(IGMP, "mrt", 8, 8, DataType.INTEGER),
  IGMP_CHECKSUM(IGMP, "checksum", 16, 16, DataType.INTEGER),
  IGMP_GROUP(IGMP, "group", 32, 32, DataType.IPV4_ADDR),
  TCP_SPORT(TCP, "sport", 0, 16, DataType.INET_SERVICE),
  TCP_DPORT(TCP, "dport", 16, 16, DataType.INET_SERVICE),
  TCP_SEQUENCE(TCP, "sequence", 32, 32, DataType.INTEGER),
  TCP_ACKSEQ(TCP, "ackseq", 64, 32, DataType.INTEGER),
  TCP_DOFF(TCP, "doff", 96, 4, DataType.INTEGER),
  TCP_RESERVED(TCP, "reserved", 100, 4, DataType.INTEGER),
  TCP_FLAGS(TCP, "flags", 104, 8, DataType.TCP_FLAG),
  TCP_WINDOW(TCP, "window", 112, 16, DataType.INTEGER),
  TCP_CHECKSUM(TCP, "checksum", 128, 16, DataType.INTEGER),
  TCP_URGPTR(TCP, "urgptr", 144, 16, DataType.INTEGER),
  UDP_SPORT(UDP, "sport", 0, 16, DataType.INET_SERVICE),
  UDP_DPORT(UDP, "dport", 16, 16, DataType.INET_SERVICE),
  UDP_LENGTH(UDP, "length", 32, 16, DataType.INTEGER),
  UDP_CHECKSUM(UDP, "checksum", 48, 16, DataType.INTEGER),
  UDPLITE_SPORT(UDPLITE, "sport", 0, 16, DataType.INET_SERVICE),
  UDPLITE_DPORT(UDPLITE, "dport", 16, 16, DataType.INET_SERVICE),
  UDPLITE_CSUMCOV(UDPLITE, "csumcov", 32, 16, DataType.INTEGER),
  UDPLITE_CHECKSUM(UDPLITE, "checksum", 48, 16, DataType.INTEGER),
  SCTP_SPORT(SCTP, "sport", 0, 16, DataType.INET_SERVICE),
  SCTP_DPORT(SCTP, "dport", 16, 16, DataType.INET_SERVICE),
  SCTP_VTAG(SCTP, "vtag", 32, 32, DataType.INTEGER),
  SCTP_CHECKSUM(SCTP, "checksum", 64, 32, DataType.INTEGER),
  DCCP_SPORT(DCCP, "sport", 0, 16, DataType.INET_SERVICE),
  DCCP_DPORT(DCCP, "dport", 16, 16, DataType.INET_SERVICE),
  DCCP_TYPE(DCCP, "type", 67, 4, DataType.DCCP_PKTTYPE),
  AH_NEXTHDR(AH, "nexthdr", 0, 8, DataType.INET_PROTO),
  AH_HDRLENGTH(AH, "hdrlength", 8, 8, DataType.INTEGER),
  AH_RESERVED(AH, "reserved", 16, 16, DataType.INTEGER),
  AH_SPI(AH, "spi", 32, 32, DataType.INTEGER),
  AH_SEQUENCE(AH, "sequence", 64, 32, DataType.INTEGER),
  ESP_SPI(ESP, "spi", 0, 32, DataType.INTEGER),
  ESP_SEQUENCE(ESP, "sequence", 32, 32, DataType.INTEGER),
  COMP_NEXTHDR(COMP, "nexthdr", 0, 8, DataType.INET_PROTO),
  COMP_FLAGS(COMP, "flags", 8, 8, DataType.INTEGER),
  COMP_CPI(COMP, "cpi", 16, 16, DataType.INTEGER),
  TH_SPORT(TH, "sport", 0, 16, DataType.INET_SERVICE),
  TH_DPORT(TH, "dport", 16, 16, DataType.INET_SERVICE);

  /** Where a layer's bytes are counted from. */
  public enum Base {
    /** The Ethernet header. */
    LINK,
    /** The IP or ARP header. */
    NETWORK,
    /** The header above IP. */
    TRANSPORT,
    /** What the transport header carries. */
    INNER
  }

  /** A protocol header and what a packet must be to have it. */
  public enum Layer {
    /** Ethernet II. */
    ETHER("ether", Base.LINK, -1),
    /** An 802.1Q tag behind the Ethernet addresses. */
    VLAN("vlan", Base.LINK, -1),
    /** ARP for IPv4 over Ethernet. */
    ARP("arp", Base.NETWORK, -1),
    /** The IPv4 header. */
    IP4("ip", Base.NETWORK, -1),
    /** The IPv6 header. */
    IP6("ip6", Base.NETWORK, -1),
    /** ICMP over IPv4. */
    ICMP("icmp", Base.TRANSPORT, Protocol.ICMP),
    /** ICMP over IPv6. */
    ICMP6("icmpv6", Base.TRANSPORT, Protocol.ICMPV6),
    /** IGMP. */
    IGMP("igmp", Base.TRANSPORT, Protocol.IGMP),
    /** TCP. */
    TCP("tcp", Base.TRANSPORT, Protocol.TCP),
    /** UDP. */
    UDP("udp", Base.TRANSPORT, Protocol.UDP),
    /** UDP-Lite. */
    UDPLITE("udplite", Base.TRANSPORT, Protocol.UDPLITE),
    /** SCTP. */
    SCTP("sctp", Base.TRANSPORT, Protocol.SCTP),
    /** DCCP. */
    DCCP("dccp", Base.TRANSPORT, Protocol.DCCP),
    /** IPsec authentication header. */
    AH("ah", Base.TRANSPORT, Protocol.AH),
    /** IPsec encapsulation. */
    ESP("esp", Base.TRANSPORT, Protocol.ESP),
    /** IP payload compression. */
    COMP("comp", Base.TRANSPORT, Protocol.COMP),
    /** Whatever stands above IP: only the place of its ports is taken for granted. */
    TH("th", Base.TRANSPORT, -1);

    private final String word;
    private final Base base;
    private final int protocol;

    Layer(String word, Base base, int protocol) {
      this.word = word;
      this.base = base;
      this.protocol = protocol;
    }

    /** The word that {@code nft} uses. */
    public String word() {
      return word;
    }

    /** Where its bytes are counted from. */
    public Base base() {
      return base;
    }

    /** The IP protocol number that the packet must have, or -1. */
    public int protocol() {
      return protocol;
    }

    /**
     * The IP version that a header of a transport protocol belongs to; empty where it stands behind
     * both.
     */
    public Optional<IpVersion> version() {
      switch (this) {
        case ICMP:
        case IGMP:
          return Optional.of(IpVersion.IPV4);
        case ICMP6:
          return Optional.of(IpVersion.IPV6);
        default:
          return Optional.empty();
      }
    }
  }

  private static final Map<String, HeaderField> BY_NAME = new HashMap<>();

  static {
    for (HeaderField field : values()) {
      BY_NAME.put(field.nftName(), field);
    }
  }

  private final Layer layer;
  private final String word;
  private final int bitOffset;
  private final int width;
  private final DataType type;

  HeaderField(Layer layer, String word, int bitOffset, int width, DataType type) {
    this.layer = layer;
    this.word = word;
    this.bitOffset = bitOffset;
    this.width = width;
    this.type = type;
  }

  /** The header that it is part of. */
  public Layer layer() {
    return layer;
  }

  /** Its name within its header. */
  public String word() {
    return word;
  }

  /** Its place in bits from the layer's base. */
  public int bitOffset() {
    return bitOffset;
  }

  /** Its width in bits. */
  public int width() {
    return width;
  }

  /** What its value means. */
  public DataType type() {
    return type;
  }

  /** Header and field as {@code nft} writes them: {@code tcp dport}. */
  public String nftName() {
    return layer.word() + " " + word;
  }

  /** The field with this nft name, such as {@code ip saddr}; empty if there is none. */
  public static Optional<HeaderField> ofNftName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }
}
