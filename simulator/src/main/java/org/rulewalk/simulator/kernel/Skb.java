package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Zone;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;

/**
 * A packet on its way through one machine with all that the kernel keeps beside its bytes (struct
 * sk_buff). Mutable, of one run.
 */
final class Skb {
  /** Sent to this machine. */
  static final int PACKET_HOST = 0;

  /** Sent to all. */
  static final int PACKET_BROADCAST = 1;

  /** Sent to a group. */
  static final int PACKET_MULTICAST = 2;

  /** A copy of this machine's own broadcast. */
  static final int PACKET_LOOPBACK = 5;

  private static final int SUMMED_AT_ONCE = 76;

  /** Who is behind a packet that starts at this machine. */
  enum Sender {
    /** Nobody: the packet came in. */
    NONE,
    /** The kernel itself. */
    KERNEL,
    /** A program, of which the capture knows no user. */
    PROGRAM
  }

  Packet packet;

  /** The interface it came in by, empty where it starts here. */
  String in = "";

  /** The interface of the route, empty before routing. */
  String out = "";

  long mark;

  /** Its class for traffic shaping (skb->priority). */
  long priority;

  /** Why nobody can tell its class; empty where it is known. */
  Optional<Doubt> lostClass = Optional.empty();

  int packetType = PACKET_HOST;

  /**
   * Whether a kernel drew its IPv4 identification by lot, as for a program's packets and those that
   * may be fragmented (ip_select_ident_segs), or its IPv6 flow label (ip6_make_flowlabel).
   */
  boolean randomId;

  /**
   * Whether this machine hears it as well, by the route that it got: what rules write afterwards
   * does not matter (RTCF_LOCAL, RTCF_BROADCAST).
   */
  boolean heard;

  /**
   * The next hop that is kept, whatever rules write: that of a packet that a program wrote whole
   * (FLOWI_FLAG_KNOWN_NH). Empty where it goes by the destination.
   */
  Optional<IpAddress> fixedHop = Optional.empty();

  Association association = Association.NONE;

  /** What connection tracking will say of it, where that was asked before. */
  Optional<Association> foretold = Optional.empty();

  /** Where rules want its connection to be, if it is a new one. */
  Zone zone = Zone.DEFAULT;

  Optional<LinkHeader> link = Optional.empty();
  Optional<Way> way = Optional.empty();
  Sender sender = Sender.NONE;

  /**
   * Whether its TCP checksum is still to be completed when it leaves: errors that quote it show
   * that, and what rules write is summed up as well (CHECKSUM_PARTIAL).
   */
  boolean checksumPending;

  /**
   * Whether connection tracking found its checksum right when it came in: the kernel remembers the
   * sum, and does not see what rules write afterwards ({@code skb->csum}, {@code csum_valid}).
   */
  boolean verified;

  /** The packet as it was then. */
  private Optional<Packet> summed = Optional.empty();

  /**
   * The largest packet that it was before the hardware or the kernel joined several (gso_size); 0
   * where it is just one.
   */
  int segmentBytes;

  /** Whether it came with hop-by-hop options, which are read on arrival alone. */
  boolean hopByHop;

  /** Its IPv4 options, once they were read. */
  Optional<IpOptions> options = Optional.empty();

  /**
   * Where the kernel reads on when it delivers the packet: tracking that takes a fragment header
   * off leaves it there, whatever headers stand before it (nf_ct_frag6_gather). 0 where it starts
   * behind the IPv6 header.
   */
  int readOnAt;

  /** How it was put together here, if it was. */
  Optional<FragmentQueue.Whole> came = Optional.empty();

  final Draft draft;

  Skb(Packet packet, Draft draft) {
    this.packet = packet;
    this.draft = draft;
  }

  /** Takes over what stays with a packet when it is cloned (__copy_skb_header). */
  void inherit(Skb from) {
    mark = from.mark;
    priority = from.priority;
    lostClass = from.lostClass;
    randomId = from.randomId;
    checksumPending = from.checksumPending;
  }

  /**
   * Another packet about this one's connection, as the answer of a reject carries it
   * (nf_ct_attach).
   */
  void attach(Association of) {
    if (of.info() == Association.Info.NONE) {
      return;
    }
    // an untracked packet counts as going the way of answers, but has no connection to hand on
    boolean reply = of.isReply() || of.info() == Association.Info.UNTRACKED;
    association =
        new Association(
            of.connection(), reply ? Association.Info.RELATED : Association.Info.RELATED_REPLY);
  }

  /**
   * The interface that IPv6 takes it to have come in by: what comes by lo belongs to the one that
   * has the address (icmp6_dev). Empty where it starts here.
   */
  String heardOn() {
    return in.equals(Flow.LOOPBACK)
        ? way.flatMap(Way::lookup).map(found -> found.hop().device()).orElse(in)
        : in;
  }

  /** Connection tracking summed the packet up as it is now. */
  void rememberSum() {
    verified = true;
    summed = Optional.of(packet);
  }

  /**
   * Whether the sum that the kernel remembers still counts: over IPv6 it is one of the whole
   * packet, and the headers in front are taken off as they are on delivery
   * (ip6_protocol_deliver_rcu).
   */
  boolean recallsSum() {
    return verified
        && (packet.version() == IpVersion.IPV4
            || summed.map(before -> before.frontSum() == packet.frontSum()).orElse(true));
  }

  /**
   * Whether UDP takes the packet's checksum for right: it believes a remembered sum that went
   * wrong, unless the packet is so short that it is summed up at once (CHECKSUM_BREAK,
   * udp6_csum_init).
   */
  boolean hasSoundDatagramChecksum(int protocol) {
    boolean believed = verified && !recallsSum() && packet.transportLength() > SUMMED_AT_ONCE;
    return !believed && hasSoundChecksum(protocol);
  }

  /** Whether its checksum is right, as the receiver of it sees that. */
  boolean hasSoundChecksum(int protocol) {
    return recallsSum()
        || checksumPending
        || packet.hasValidTransportChecksum(protocol, packet.transportLength());
  }

  boolean isIncoming() {
    return !in.isEmpty();
  }

  /**
   * A packet on a link.
   *
   * @param type to whom it is, by its link header: {@link #PACKET_HOST} …
   * @param link empty where nobody can be seen to send it
   * @param randomId {@link Skb#randomId}
   */
  record Frame(Packet packet, int type, Optional<LinkHeader> link, boolean randomId) {}

  /** Ethernet addresses; empty where the capture does not tell them. */
  record LinkHeader(Optional<MacAddress> source, Optional<MacAddress> destination) {}
}
