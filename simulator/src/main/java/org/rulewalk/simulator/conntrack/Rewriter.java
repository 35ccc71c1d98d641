package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Puts a connection's translation into packets (net/netfilter/nf_nat_proto.c). Checksums are
 * updated, not computed anew, as there.
 */
public final class Rewriter {
  /** gre_manip_pkt wants the fields that only PPTP's GRE has. */
  private static final int GRE_HEADER = 8;

  private static final int GRE_VERSION = 7;

  private Rewriter() {}

  /**
   * The packet as it is after source (or else destination) translation of its connection; the same
   * packet if there is nothing to do.
   *
   * @return empty if the packet must be dropped: GRE without the header that translation looks at,
   *     or of a version that it does not know
   */
  public static Optional<Packet> apply(Packet packet, Association association, boolean source) {
    Connection connection = association.connection().orElseThrow();
    boolean reply = association.isReply();
    if (!isTranslated(connection, reply, source)) {
      return Optional.of(packet);
    }
    if (packet.protocol() == Protocol.GRE && !isTranslatableGre(packet, source)) {
      return Optional.empty();
    }
    return connection
        .tuple(!reply)
        .inverse()
        .map(target -> rewrite(packet, target, source))
        .or(() -> Optional.of(packet));
  }

  /** Another destination only for versions 0 and 1. */
  private static boolean isTranslatableGre(Packet packet, boolean source) {
    boolean known = (packet.u16(packet.transportOffset()) & GRE_VERSION) <= 1;
    return packet.transportLength() >= GRE_HEADER && (source || known);
  }

  private static boolean isTranslated(Connection connection, boolean reply, boolean source) {
    return connection.has(source != reply ? Connection.SRC_NAT : Connection.DST_NAT);
  }

  /**
   * An ICMP error about a connection, with the quoted packet and its own addresses translated
   * (nf_nat_icmp_reply_translation).
   *
   * @param verifyChecksum whether a wrong checksum loses it
   * @return empty if the packet must be dropped
   */
  public static Optional<Packet> applyToError(
      Packet packet, Association association, boolean source, boolean verifyChecksum) {
    Connection connection = association.connection().orElseThrow();
    boolean reply = association.isReply();
    int at = packet.transportOffset();
    if (!packet.hasTransport(8)
        || verifyChecksum
            && !packet.hasValidTransportChecksum(packet.protocol(), packet.transportLength())) {
      return Optional.empty();
    }
    boolean redirect = packet.icmpType() == (packet.version() == IpVersion.IPV4 ? 5 : 137);
    int done = Connection.SRC_NAT_DONE | Connection.DST_NAT_DONE;
    if (redirect
        && ((connection.status() & done) != done
            || connection.has(Connection.SRC_NAT | Connection.DST_NAT))) {
      return Optional.empty();
    }
    if (!isTranslated(connection, reply, source)) {
      return Optional.of(packet);
    }
    Tuple inside = connection.tuple(!reply);
    Optional<Packet> quoted = Tracker.quoted(packet);
    if (quoted.isEmpty()) {
      return Optional.empty();
    }
    byte[] inner = rewrite(quoted.get(), inside, !source).toBytes();
    PacketEditor editor = packet.edit().put(at + 8, inner);
    Packet outer = editor.toPacket();
    Optional<Tuple> target = inside.inverse();
    if (target.isEmpty()) {
      return Optional.empty();
    }
    IpAddress address = source ? target.get().source() : target.get().destination();
    Packet addressed = outer.edit().address(source, address).toPacket();
    return Optional.of(withNewIcmpChecksum(addressed));
  }

  private static Packet withNewIcmpChecksum(Packet packet) {
    int at = packet.transportOffset();
    byte[] body = packet.slice(at, packet.transportLength());
    Packet fresh =
        Packets.ip(
            packet.source(),
            packet.destination(),
            packet.protocol(),
            body,
            Packets.IpOptions.DEFAULT);
    return packet.edit().put16(at + 2, fresh.u16(fresh.transportOffset() + 2)).toPacket();
  }

  /** Source or destination of the packet set to those of a tuple. */
  private static Packet rewrite(Packet packet, Tuple target, boolean source) {
    IpAddress to = source ? target.source() : target.destination();
    IpAddress from = source ? packet.source() : packet.destination();
    if (to.version() != packet.version()) {
      return packet;
    }
    PacketEditor editor = packet.edit();
    if (packet.fragmentOffset() == 0 && packet.protocol() >= 0) {
      transport(packet, editor, target, source, from, to);
    }
    Packet changed = editor.address(source, to).toPacket();
    if (packet.protocol() == Protocol.SCTP && packet.hasTransport(12)) {
      int sum = SctpTracker.checksum(changed);
      int at = changed.transportOffset() + 8;
      changed = changed.edit().put16(at, sum >>> 16).put16(at + 2, sum).toPacket();
    }
    return changed;
  }

  private static void transport(
      Packet packet,
      PacketEditor editor,
      Tuple target,
      boolean source,
      IpAddress from,
      IpAddress to) {
    int at = packet.transportOffset();
    int protocol = packet.protocol();
    if (protocol == Protocol.ICMPV6 && packet.hasTransport(8)) {
      editor.adjust(at + 2, from, to);
    }
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      if (packet.hasTransport(8) && hasIdentifier(packet)) {
        editor
            .adjust(at + 2, packet.u16(at + 4), target.sourceKey())
            .put16(at + 4, target.sourceKey());
      }
      return;
    }
    if (!Tuple.hasPorts(protocol) || !packet.hasTransport(4)) {
      return;
    }
    int portAt = source ? at : at + 2;
    int port = source ? target.sourceKey() : target.destinationKey();
    int sumAt = checksumAt(packet);
    if (sumAt >= 0) {
      editor.adjust(sumAt, from, to).adjust(sumAt, packet.u16(portAt), port);
      if (protocol == Protocol.UDP || protocol == Protocol.UDPLITE) {
        editor.unzero(sumAt);
      }
    }
    editor.put16(portAt, port);
  }

  /** Where the checksum to be updated is; -1 if it is cut off or not used. */
  private static int checksumAt(Packet packet) {
    int at = packet.transportOffset();
    switch (packet.protocol()) {
      case Protocol.TCP:
        return packet.hasTransport(20) ? at + 16 : -1;
      case Protocol.UDP:
        return packet.hasTransport(8) && packet.u16(at + 6) != 0 ? at + 6 : -1;
      case Protocol.UDPLITE:
        return packet.hasTransport(8) ? at + 6 : -1;
      default:
        return -1;
    }
  }

  private static boolean hasIdentifier(Packet packet) {
    int type = packet.icmpType();
    return packet.version() == IpVersion.IPV4
        ? type == 0 || type == 8 || type >= 13 && type <= 18
        : type == 128 || type == 129;
  }
}
