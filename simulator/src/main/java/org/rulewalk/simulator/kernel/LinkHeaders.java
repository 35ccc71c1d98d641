package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.value.MacAddress;

/**
 * The link-layer headers of packets between ends of a link: they depend on the network alone, and
 * are put together once. Any number of threads.
 */
final class LinkHeaders {
  private final Network network;
  private final Map<Hop, Optional<Skb.LinkHeader>> known = new ConcurrentHashMap<>();
  private final Map<Link.End, Optional<Skb.LinkHeader>> arriving = new ConcurrentHashMap<>();

  private record Hop(Link.End from, Link.End to, boolean group) {}

  LinkHeaders(Network network) {
    this.network = network;
  }

  /** That of a packet from one end to another, or to all. */
  Optional<Skb.LinkHeader> between(Link.End from, Link.End to, boolean group) {
    Hop hop = new Hop(from, to, group);
    Optional<Skb.LinkHeader> header = known.get(hop);
    if (header == null) {
      Optional<MacAddress> destination = group ? Optional.of(MacAddress.BROADCAST) : mac(to, from);
      header = Optional.of(new Skb.LinkHeader(mac(from, to), destination));
      known.put(hop, header);
    }
    return header;
  }

  /** That of a packet that arrives; empty where nobody can be seen to send it. */
  Optional<Skb.LinkHeader> to(Link.End here) {
    Optional<Skb.LinkHeader> header = arriving.get(here);
    if (header == null) {
      List<Link.End> peers = network.peers(here);
      header = peers.isEmpty() ? Optional.empty() : between(peers.get(0), here, false);
      arriving.put(here, header);
    }
    return header;
  }

  /** An interface's Ethernet address by itself, or as the other end remembers it. */
  private Optional<MacAddress> mac(Link.End end, Link.End other) {
    return network
        .machine(end.machine())
        .flatMap(machine -> machine.find(end.device()))
        .flatMap(own -> own.mac().or(() -> remembered(own, other)));
  }

  private Optional<MacAddress> remembered(Interface own, Link.End by) {
    return network.machine(by.machine()).orElseThrow().neighbours().stream()
        .filter(n -> n.device().equals(by.device()) && own.has(n.address()))
        .findFirst()
        .flatMap(Neighbour::mac);
  }
}
