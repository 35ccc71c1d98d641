package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One direction of a connection (struct nf_conntrack_tuple).
 *
 * @param protocol IP protocol number
 * @param sourceKey source port, the identifier of an ICMP query, or 0
 * @param destinationKey destination port, ICMP type × 256 + code, the call of GRE's version 1, or 0
 */
public record Tuple(
    int protocol, IpAddress source, IpAddress destination, int sourceKey, int destinationKey) {
  private static final int POINT_TO_POINT = 0x880b;
  private static final int CALL_ID = 6;

  /**
   * The tuple of a packet; empty where its header is too short or it is a later fragment.
   *
   * <p>That an IPv6 upper-layer header begins behind the packet's end matters to those alone whose
   * fields are read (get_l4proto in nf_conntrack_core.c asks for IPv4 only).
   */
  public static Optional<Tuple> of(Packet packet) {
    int protocol = packet.protocol();
    boolean starts = packet.version() == IpVersion.IPV6 || packet.hasTransport(0);
    if (protocol < 0 || packet.fragmentOffset() != 0 || !starts) {
      return Optional.empty();
    }
    int at = packet.transportOffset();
    if (hasPorts(protocol)) {
      return packet.hasTransport(4)
          ? Optional.of(
              new Tuple(
                  protocol,
                  packet.source(),
                  packet.destination(),
                  packet.u16(at),
                  packet.u16(at + 2)))
          : Optional.empty();
    }
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      return packet.hasTransport(8)
          ? Optional.of(
              new Tuple(
                  protocol,
                  packet.source(),
                  packet.destination(),
                  packet.u16(at + 4),
                  packet.u16(at)))
          : Optional.empty();
    }
    if (protocol == Protocol.GRE && packet.hasTransport(8) && (packet.u16(at) & 7) == 1) {
      return packet.u16(at + 2) == POINT_TO_POINT
          ? Optional.of(
              new Tuple(
                  protocol, packet.source(), packet.destination(), 0, packet.u16(at + CALL_ID)))
          : Optional.empty();
    }
    return Optional.of(new Tuple(protocol, packet.source(), packet.destination(), 0, 0));
  }

  /** The same for a plain packet, which has one. */
  public static Tuple of(PlainPacket packet) {
    long addresses = packet.addresses();
    int ports = (int) packet.ports();
    return new Tuple(
        packet.protocol(),
        IpAddress.ofIpv4((int) (addresses >>> 32)),
        IpAddress.ofIpv4((int) addresses),
        ports >>> 16,
        ports & 0xffff);
  }

  /** Whether connections of this protocol differ by ports; DCCP's did in kernels before 6.18. */
  static boolean hasPorts(int protocol) {
    return Protocol.hasPorts(protocol) && protocol != Protocol.DCCP;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple && equals((Tuple) other);
  }

  private boolean equals(Tuple other) {
    return protocol == other.protocol
        && sourceKey == other.sourceKey
        && destinationKey == other.destinationKey
        && source.equals(other.source)
        && destination.equals(other.destination);
  }

  @Override
  public int hashCode() {
    int ends = 31 * source.hashCode() + destination.hashCode();
    return 31 * (31 * ends + (sourceKey << 16 | destinationKey)) + protocol;
  }

  /** IPv4 or IPv6. */
  public IpVersion version() {
    return source.version();
  }

  /** The tuple of an answer; empty for ICMP types that have none. */
  public Optional<Tuple> inverse() {
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      int type = answerType(protocol, destinationKey >>> 8);
      return type < 0
          ? Optional.empty()
          : Optional.of(
              new Tuple(
                  protocol, destination, source, sourceKey, type << 8 | destinationKey & 0xff));
    }
    return Optional.of(new Tuple(protocol, destination, source, destinationKey, sourceKey));
  }

  /** The ICMP type that answers a type, or that it answers; -1 where there is none. */
  private static int answerType(int protocol, int type) {
    if (protocol == Protocol.ICMPV6) {
      switch (type) {
        case 128:
          return 129;
        case 129:
          return 128;
        case 139:
          return 140;
        case 140:
          return 139;
        default:
          return -1;
      }
    }
    switch (type) {
      case 0:
        return 8;
      case 8:
        return 0;
      case 13:
      case 15:
      case 17:
        return type + 1;
      case 14:
      case 16:
      case 18:
        return type - 1;
      default:
        return -1;
    }
  }

  /** The same from another source. */
  public Tuple withSource(IpAddress address, int key) {
    return new Tuple(protocol, address, destination, key, destinationKey);
  }

  /** The same to another destination. */
  public Tuple withDestination(IpAddress address, int key) {
    return new Tuple(protocol, source, address, sourceKey, key);
  }
}
