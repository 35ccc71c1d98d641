package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Sends what a reject says (net/ipv4/netfilter/nf_reject_ipv4.c,
 * net/ipv6/netfilter/nf_reject_ipv6.c).
 */
final class Rejects {
  private static final int[] ICMPX_TO_ICMP = {0, 3, 1, 13};
  private static final int[] ICMPX_TO_ICMPV6 = {0, 4, 3, 1};
  private static final int UNREACHABLE = 3;
  private static final int UNREACHABLE6 = 1;
  private static final int TCP_RESET_CODE6 = 255;

  private final Host host;
  private final Skb skb;
  private final Hook hook;

  Rejects(Host host, Skb skb, Hook hook) {
    this.host = host;
    this.skb = skb;
    this.hook = hook;
  }

  void answer(Statement.Reject reject) {
    if (hook == Hook.PREROUTING && !findWay()) {
      return;
    }
    boolean v4 = skb.packet.version() == IpVersion.IPV4;
    switch (reject.kind()) {
      case TCP_RESET:
        reset();
        return;
      case ICMP:
        unreachable(reject.code());
        return;
      case ICMPV6:
        if (reject.code() == TCP_RESET_CODE6) {
          reset();
        } else {
          unreachable(reject.code());
        }
        return;
      default:
        unreachable((v4 ? ICMPX_TO_ICMP : ICMPX_TO_ICMPV6)[reject.code() & 3]);
    }
  }

  /**
   * Before routing, a route to the packet's sender is looked up in its place
   * (nf_reject_fill_skb_dst).
   */
  private boolean findWay() {
    if (skb.way.isPresent()) {
      return true;
    }
    Departure departure = host.router().depart(Flow.to(skb.packet.source()), true);
    if (departure instanceof Departure.NoRoute) {
      return false;
    }
    skb.way = Optional.of(Way.of((Departure.Leave) departure));
    return true;
  }

  private void unreachable(int code) {
    Packet packet = skb.packet;
    boolean v4 = packet.version() == IpVersion.IPV4;
    if (packet.fragmentOffset() != 0 || packet.protocol() < 0 || !isSound(packet)) {
      return;
    }
    host.errors().send(skb, v4 ? UNREACHABLE : UNREACHABLE6, code, 0);
  }

  /**
   * Checksums are verified where the protocol has one over all its bytes (nf_reject_verify_csum).
   */
  private boolean isSound(Packet packet) {
    int protocol = packet.protocol();
    switch (protocol) {
      case Protocol.UDP:
        if (packet.hasTransport(8) && packet.u16(packet.transportOffset() + 6) == 0) {
          return true;
        }
        break;
      case Protocol.GRE:
      case Protocol.AH:
      case Protocol.ESP:
      case Protocol.SCTP:
      case Protocol.UDPLITE:
        return true;
      default:
        break;
    }
    boolean plain =
        packet.version() == IpVersion.IPV4 && protocol != Protocol.TCP && protocol != Protocol.UDP;
    return skb.verified
        || packet.hasValidHeaderChecksum()
            && (plain && isAllZero(packet)
                || skb.hasSoundChecksum(plain ? Protocol.ICMP : protocol));
  }

  /** The kernel sums up the IPv4 header, too: no bytes above it, or zeros alone, are right. */
  private static boolean isAllZero(Packet packet) {
    for (byte one : packet.slice(packet.transportOffset(), packet.transportLength())) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private void reset() {
    Packet packet = skb.packet;
    boolean refused =
        !packet.isTcp()
            || (packet.tcpFlags() & TcpFlags.RST) != 0
            || !isSoundTcp(packet)
            || !isBetweenTwo(packet);
    if (refused) {
      return;
    }
    Packet answer = Resets.answerTo(packet, host.defaultTtl(skb), 0);
    Skb out = host.output().fresh(answer, skb, Skb.Sender.KERNEL);
    out.mark = host.replyMark(skb);
    out.checksumPending = packet.version() == IpVersion.IPV4;
    Optional<Way> way = host.output().wayOf(out, true, "");
    if (way.isEmpty() || answer.length() > host.mtu(way.get())) {
      out.draft.withhold();
      return;
    }
    out.way = way;
    out.packet = host.onWay(answer, way.get());
    out.attach(skb.association);
    skb.association.connection().ifPresent(Connection::closeTcp);
    host.output().send(out);
  }

  /** What was remembered of a checksum is forgotten when a packet is forwarded (ip_forward). */
  private boolean isSoundTcp(Packet packet) {
    boolean sound =
        packet.hasValidHeaderChecksum()
            && packet.hasValidTransportChecksum(Protocol.TCP, packet.transportLength());
    return sound || hook != Hook.FORWARD && (skb.recallsSum() || skb.checksumPending);
  }

  private boolean isBetweenTwo(Packet packet) {
    if (packet.version() == IpVersion.IPV4) {
      return skb.way.map(way -> !way.isGroup()).orElse(false);
    }
    return isUnicast(packet.source()) && isUnicast(packet.destination());
  }

  private static boolean isUnicast(IpAddress address) {
    return !address.isMulticast() && !address.isAny();
  }
}
