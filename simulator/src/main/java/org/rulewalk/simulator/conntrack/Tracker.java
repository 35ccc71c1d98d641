package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association.Info;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Says to which connection a packet belongs, and starts new ones (nf_conntrack_in in
 * net/netfilter/nf_conntrack_core.c).
 */
public final class Tracker {
  private static final int HIGHEST_ICMP_TYPE = 18;

  private final Conntrack table;
  private final Options options;
  private final TcpTracker tcpVerifying;
  private final TcpTracker tcpTrusting;

  /**
   * Settings that matter (net.netfilter.nf_conntrack_*).
   *
   * @param checksum whether wrong checksums of arriving packets make them invalid
   * @param tcpLoose whether a connection may be picked up in its middle
   * @param tcpLiberal whether segments out of the window pass
   * @param ignoreInvalidRst whether resets with wrong sequence numbers pass
   */
  public record Options(
      boolean checksum, boolean tcpLoose, boolean tcpLiberal, boolean ignoreInvalidRst) {}

  /** A tracker on one table. */
  public Tracker(Conntrack table, Options options) {
    this.table = table;
    this.options = options;
    this.tcpVerifying = tcp(true);
    this.tcpTrusting = tcp(false);
  }

  private TcpTracker tcp(boolean verify) {
    return new TcpTracker(
        table,
        new TcpTracker.Options(
            options.tcpLoose(), options.tcpLiberal(), options.ignoreInvalidRst(), verify));
  }

  /**
   * The packet's association after it met connection tracking.
   *
   * @param current what it carried before: packets on loopback were seen already
   * @param arriving whether this is the prerouting hook, where checksums are verified
   * @param zone where rules have put it
   */
  public Association track(Packet packet, Association current, boolean arriving, Zone zone) {
    if (current.connection().isPresent() || current.info() == Info.UNTRACKED) {
      return current;
    }
    boolean nothing = packet.protocol() == Protocol.NONE && packet.version() == IpVersion.IPV6;
    if (packet.protocol() < 0 || nothing || packet.fragmentOffset() != 0) {
      return Association.NONE;
    }
    boolean verify = arriving && options.checksum();
    if (packet.protocol() == Protocol.ICMP && packet.version() == IpVersion.IPV4
        || packet.protocol() == Protocol.ICMPV6 && packet.version() == IpVersion.IPV6) {
      Optional<Association> special = icmp(packet, verify, zone);
      if (special.isPresent()) {
        return special.get();
      }
    }
    return ordinary(packet, verify, zone);
  }

  /**
   * Whether tracking an arriving packet sums it up, and finds its checksum right.
   *
   * @param current as for {@link #track}
   */
  public boolean verifies(Packet packet, Association current) {
    boolean passedBy =
        !options.checksum()
            || current.connection().isPresent()
            || current.info() == Info.UNTRACKED
            || packet.fragmentOffset() != 0;
    if (passedBy) {
      return false;
    }
    int start = packet.transportOffset();
    boolean v4 = packet.version() == IpVersion.IPV4;
    boolean summed;
    switch (packet.protocol()) {
      case Protocol.TCP:
        int header = (packet.u8(start + 12) >>> 4) * 4;
        summed = packet.hasTransport(20) && header >= 20 && packet.hasTransport(header);
        break;
      case Protocol.UDP:
        summed = packet.u16(start + 6) != 0 && isSoundUdp(packet, false);
        break;
      case Protocol.ICMP:
        summed = v4 && packet.hasTransport(8);
        break;
      case Protocol.ICMPV6:
        summed = !v4 && packet.hasTransport(8);
        break;
      default:
        summed = false;
    }
    return summed && packet.hasValidTransportChecksum(packet.protocol(), packet.transportLength());
  }

  private Association ordinary(Packet packet, boolean verify, Zone zone) {
    Optional<Tuple> tuple = Tuple.of(packet);
    if (tuple.isEmpty()) {
      return Association.NONE;
    }
    // a TCP packet may end an old connection and begin a new one: at most one more turn
    for (int turn = 0; turn < 2; turn++) {
      Optional<Association> found = find(zone, tuple.get());
      if (found.isEmpty()) {
        return Association.NONE;
      }
      Association association = found.get();
      Connection connection = association.connection().orElseThrow();
      TcpTracker.Result result = follow(packet, connection, association.isReply(), verify);
      if (result == TcpTracker.Result.INVALID) {
        return Association.NONE;
      }
      if (result == TcpTracker.Result.ACCEPT) {
        if (association.info() == Info.ESTABLISHED_REPLY) {
          connection.set(Connection.SEEN_REPLY);
        }
        table.refresh(connection);
        return association;
      }
    }
    return Association.NONE;
  }

  /**
   * Follows a further packet of a connection that is in the table.
   *
   * @return null where the connection is over and a new one may begin
   */
  public Info again(Connection connection, boolean reply, PlainPacket packet) {
    Info info = info(connection, reply);
    TcpTracker.Result result = followPlain(packet, connection, reply);
    if (result == TcpTracker.Result.ACCEPT) {
      if (reply) {
        connection.set(Connection.SEEN_REPLY);
      }
      table.refresh(connection);
      return info;
    }
    return result == TcpTracker.Result.INVALID ? Info.NONE : null;
  }

  /** Follows the first packet of a connection; false where it does not begin one. */
  boolean begins(Connection connection, PlainPacket packet) {
    boolean accepted =
        followPlain(packet, connection, false) == TcpTracker.Result.ACCEPT
            && !connection.has(Connection.DYING);
    if (accepted) {
      table.refresh(connection);
    }
    return accepted;
  }

  private static Info info(Connection connection, boolean reply) {
    if (reply) {
      return Info.ESTABLISHED_REPLY;
    }
    return connection.has(Connection.SEEN_REPLY)
        ? Info.ESTABLISHED
        : connection.has(Connection.EXPECTED) ? Info.RELATED : Info.NEW;
  }

  /** The connection of a tuple, or a new one; empty where the tuple can have no answer. */
  private Optional<Association> find(Zone zone, Tuple tuple) {
    Optional<Direction> entry = table.find(zone, tuple);
    if (entry.isEmpty()) {
      return tuple.inverse().map(reply -> begun(new Connection(zone, tuple, reply)));
    }
    Connection connection = entry.get().connection();
    return Optional.of(Association.of(connection, info(connection, entry.get().isReply())));
  }

  /** A new connection, or one that another announced (init_conntrack). */
  private Association begun(Connection connection) {
    if (!table.isExpected(connection.original())) {
      return Association.of(connection, Info.NEW);
    }
    connection.set(Connection.EXPECTED);
    return Association.of(connection, Info.RELATED);
  }

  private TcpTracker.Result follow(
      Packet packet, Connection connection, boolean reply, boolean verify) {
    switch (packet.protocol()) {
      case Protocol.TCP:
        return (verify ? tcpVerifying : tcpTrusting).track(connection, packet, reply);
      case Protocol.UDP:
      case Protocol.UDPLITE:
        return verdict(isSoundUdp(packet, verify));
      case Protocol.ICMP:
        return verdict(
            packet.version() == IpVersion.IPV4
                && isQuery(connection.original().destinationKey() >>> 8));
      case Protocol.ICMPV6:
        return verdict(
            packet.version() == IpVersion.IPV6
                && isQueryV6(connection.original().destinationKey() >>> 8));
      case Protocol.SCTP:
        return verdict(SctpTracker.track(connection, packet, reply, verify));
      default:
        return TcpTracker.Result.ACCEPT;
    }
  }

  private TcpTracker.Result followPlain(PlainPacket packet, Connection connection, boolean reply) {
    switch (packet.protocol()) {
      case Protocol.TCP:
        return tcpTrusting.track(connection, packet, reply);
      case Protocol.ICMP:
        return verdict(isQuery(connection.original().destinationKey() >>> 8));
      default:
        return TcpTracker.Result.ACCEPT;
    }
  }

  private static TcpTracker.Result verdict(boolean valid) {
    return valid ? TcpTracker.Result.ACCEPT : TcpTracker.Result.INVALID;
  }

  private static boolean isQuery(int type) {
    return type == 8 || type == 13 || type == 15 || type == 17;
  }

  private static boolean isQueryV6(int type) {
    return type == 128 || type == 139;
  }

  // udp_error, udplite_error: UDP-Lite is summed with UDP's number, a bug that the kernel keeps
  private static boolean isSoundUdp(Packet packet, boolean verify) {
    int at = packet.transportOffset();
    if (!packet.hasTransport(8)) {
      return false;
    }
    int length = packet.transportLength();
    int field = packet.u16(at + 4);
    int checksum = packet.u16(at + 6);
    if (packet.protocol() == Protocol.UDP) {
      if (field > length || field < 8) {
        return false;
      }
      return checksum == 0 || !verify || packet.hasValidTransportChecksum(Protocol.UDP, length);
    }
    int covered = field == 0 ? length : field;
    if (covered < 8 || covered > length || checksum == 0) {
      return false;
    }
    return !verify || packet.hasValidTransportChecksum(Protocol.UDP, covered);
  }

  /** Errors and odd ICMP; empty where the packet is tracked like any other. */
  private Optional<Association> icmp(Packet packet, boolean verify, Zone zone) {
    boolean v4 = packet.version() == IpVersion.IPV4;
    if (!packet.hasTransport(8)
        || verify
            && !packet.hasValidTransportChecksum(packet.protocol(), packet.transportLength())) {
      return Optional.of(Association.NONE);
    }
    int type = packet.icmpType();
    if (v4 && type > HIGHEST_ICMP_TYPE) {
      return Optional.of(Association.NONE);
    }
    if (!v4 && isUntracked(type)) {
      return Optional.of(Association.UNTRACKED);
    }
    return packet.isIcmpError() ? Optional.of(error(packet, zone)) : Optional.empty();
  }

  // neighbour discovery and multicast listener messages (noct_valid_new in
  // nf_conntrack_proto_icmpv6.c)
  private static boolean isUntracked(int type) {
    return type >= 130 && type <= 136 || type == 143;
  }

  /** The connection that an error speaks of (nf_conntrack_inet_error). */
  private Association error(Packet packet, Zone zone) {
    Optional<Packet> quoted = quoted(packet);
    Optional<Tuple> inner =
        quoted.filter(Tracker::isTraceable).flatMap(Tuple::of).flatMap(Tuple::inverse);
    Optional<Direction> entry = inner.flatMap(tuple -> table.find(zone, tuple));
    if (entry.isEmpty()) {
      return Association.NONE;
    }
    Connection connection = entry.get().connection();
    IpAddress expected = connection.tuple(entry.get().isReply()).destination();
    if (!packet.destination().equals(expected)) {
      return Association.NONE;
    }
    return Association.of(connection, entry.get().isReply() ? Info.RELATED_REPLY : Info.RELATED);
  }

  private static boolean isTraceable(Packet quoted) {
    return quoted.fragmentOffset() == 0 && quoted.protocol() >= 0;
  }

  /** The packet that an ICMP error quotes; empty if too little of it is there. */
  static Optional<Packet> quoted(Packet error) {
    byte[] bytes = error.slice(error.transportOffset() + 8, error.transportLength() - 8);
    int version = bytes.length == 0 ? 0 : (bytes[0] & 0xff) >>> 4;
    boolean complete = version == 4 ? bytes.length >= 20 : version == 6 && bytes.length >= 40;
    boolean same = version == (error.version() == IpVersion.IPV4 ? 4 : 6);
    return complete && same ? Optional.of(Packet.of(bytes)) : Optional.empty();
  }
}
