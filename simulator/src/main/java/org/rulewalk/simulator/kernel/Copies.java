package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Packets that rules send past the routes: copies to a gateway, which pass the output and
 * postrouting hooks, and frames handed to another interface (net/ipv4/netfilter/nf_dup_ipv4.c,
 * net/ipv6/netfilter/nf_dup_ipv6.c, net/netfilter/nf_dup_netdev.c, nft_fwd_netdev.c).
 */
final class Copies {
  private static final int FLAGS = 6;
  private static final int DONT_FRAGMENT = 0x4000;

  private final Host host;

  /** While a copy is on its way out, no further one is made (nf_skb_duplicated). */
  private boolean busy;

  Copies(Host host) {
    this.host = host;
  }

  /** A copy to a gateway. */
  void send(Skb skb, Hook hook, IpAddress gateway, Optional<String> device) {
    if (busy) {
      return;
    }
    Flow flow = Flow.to(gateway).withTos(isIpv4(skb) ? skb.packet.tos() : 0);
    Departure departure =
        host.router()
            .depart(
                device
                    .filter(name -> host.device(name).isPresent())
                    .map(flow::withOutgoing)
                    .orElse(flow),
                true);
    if (departure instanceof Departure.NoRoute) {
      return;
    }
    Packet packet = changed(skb.packet, hook);
    Skb copy = host.output().fresh(packet, origin(skb), Skb.Sender.NONE);
    copy.inherit(skb);
    copy.packetType = skb.packetType;
    copy.segmentBytes = skb.segmentBytes;
    copy.came = skb.came;
    copy.association = Association.UNTRACKED;
    copy.way = Optional.of(Way.of((Departure.Leave) departure));
    copy.fixedHop = copy.way.get().gateway().or(() -> Optional.of(gateway));
    busy = true;
    host.output().send(copy);
    busy = false;
  }

  private static boolean isIpv4(Skb skb) {
    return skb.packet.version() == IpVersion.IPV4;
  }

  private static Journey.Origin origin(Skb skb) {
    return new Journey.Origin.Copies(skb.draft.id());
  }

  /** It is never fragmented, and lives a hop less than what comes in, against circles. */
  private static Packet changed(Packet packet, Hook hook) {
    boolean before = hook == Hook.PREROUTING || hook == Hook.INPUT;
    int ttl = before ? packet.ttl() - 1 & 0xff : packet.ttl();
    return packet.version() == IpVersion.IPV4
        ? packet
            .edit()
            .ttl(ttl)
            .put16(FLAGS, packet.u16(FLAGS) | DONT_FRAGMENT)
            .headerChecksum()
            .toPacket()
        : packet.edit().ttl(ttl).toPacket();
  }

  /** A copy of a frame leaves by an interface as it came. */
  void send(Skb skb, String device) {
    transmit(skb, skb.packet, device, List.of());
  }

  /** A frame leaves by another interface, as it came or to a neighbour there. */
  Verdict passOn(Skb skb, Optional<IpAddress> neighbour, String device) {
    if (neighbour.isEmpty()) {
      transmit(skb, skb.packet, device, List.of());
      return Verdict.Simple.STOLEN;
    }
    if (skb.packet.ttl() <= 1) {
      return Verdict.Simple.DROP;
    }
    Packet packet = skb.packet.edit().ttl(skb.packet.ttl() - 1).toPacket();
    Optional<Link.End> there = new Neighbours(host).find(device, neighbour.get(), packet.source());
    there.ifPresent(end -> transmit(skb, packet, device, List.of(end)));
    return Verdict.Simple.STOLEN;
  }

  private void transmit(Skb skb, Packet packet, String device, List<Link.End> receivers) {
    if (host.device(device).map(Interface::up).orElse(false)) {
      Way way = new Way(Way.Kind.UNICAST, device, Optional.empty(), Optional.empty());
      host.run().transmit(host, skb, way, packet, receivers);
    }
  }
}
