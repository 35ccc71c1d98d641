package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;

/**
 * Finds who on a link takes packets for an address: a fixed neighbour entry, or whoever answers ARP
 * or neighbour discovery (net/ipv4/arp.c, net/ipv6/ndisc.c).
 */
final class Neighbours {
  private final Host host;

  Neighbours(Host host) {
    this.host = host;
  }

  /** The interface that answers for an address; empty if none does. Asked once by each machine. */
  Optional<Link.End> find(String device, IpAddress address, IpAddress packetSource) {
    return host.neighbours().of(device, address, packetSource, this::ask);
  }

  private Optional<Link.End> ask(String device, IpAddress address, IpAddress packetSource) {
    List<Link.End> peers = host.run().network().peers(new Link.End(host.name(), device));
    Optional<Link.End> fixed =
        fixedEntry(device, address).flatMap(mac -> holder(peers, mac, address));
    if (fixed.isPresent()) {
      return fixed;
    }
    return peers.stream().filter(peer -> answers(peer, device, address, packetSource)).findFirst();
  }

  private Optional<MacAddress> fixedEntry(String device, IpAddress address) {
    return host.machine().neighbours().stream()
        .filter(n -> n.isPermanent() && n.device().equals(device) && n.address().equals(address))
        .findFirst()
        .flatMap(Neighbour::mac);
  }

  private Optional<Link.End> holder(List<Link.End> peers, MacAddress mac, IpAddress address) {
    Optional<Link.End> same =
        peers.stream().filter(peer -> macOf(peer).filter(mac::equals).isPresent()).findFirst();
    if (same.isPresent()) {
      return same;
    }
    // machines that were not captured have no known Ethernet address
    List<Link.End> unknown = peers.stream().filter(peer -> macOf(peer).isEmpty()).toList();
    Optional<Link.End> named =
        unknown.stream().filter(peer -> machine(peer).has(address)).findFirst();
    return named.or(() -> unknown.stream().findFirst());
  }

  private Machine machine(Link.End end) {
    return host.run().network().machine(end.machine()).orElseThrow();
  }

  private Optional<MacAddress> macOf(Link.End end) {
    return machine(end).find(end.device()).flatMap(Interface::mac);
  }

  private boolean answers(Link.End peer, String device, IpAddress address, IpAddress packetSource) {
    Machine machine = machine(peer);
    if (!machine.find(peer.device()).map(Interface::up).orElse(false)) {
      return false;
    }
    if (machine.external().map(Machine.External::anyAddress).orElse(false)) {
      return true;
    }
    return address.version() == IpVersion.IPV4
        ? answersArp(peer, address, askingAddress(device, address, packetSource))
        : answersDiscovery(peer, machine, address);
  }

  /** The address that an ARP request is sent from (arp_solicit). */
  private IpAddress askingAddress(String device, IpAddress target, IpAddress packetSource) {
    long announce = host.machine().settings().larger(IpVersion.IPV4, device, "arp_announce", 0);
    if (announce < 2 && host.router().isLocal(packetSource)) {
      return packetSource;
    }
    return host.router().selectAddress(device, target, Interface.Scope.LINK).orElse(IpAddress.ANY4);
  }

  /** arp_process: the request is routed as a packet would be. */
  private boolean answersArp(Link.End peer, IpAddress target, IpAddress sender) {
    Host other = host.run().host(peer.machine());
    if (sender.isAny()) {
      return other.router().isLocal(target);
    }
    Packet asked =
        Packets.ip(sender, target, Protocol.NONE, new byte[0], Packets.IpOptions.DEFAULT);
    Arrival arrival = other.router().arrive(asked, peer.device(), 0);
    if (arrival instanceof Arrival.Deliver) {
      boolean local = ((Arrival.Deliver) arrival).kind() == Arrival.Deliver.Kind.LOCAL;
      return local && !isIgnored(other.machine(), peer.device(), target);
    }
    if (arrival instanceof Arrival.Forward) {
      boolean elsewhere =
          !((Arrival.Forward) arrival).lookup().hop().device().equals(peer.device());
      return elsewhere
          && other.machine().settings().either(IpVersion.IPV4, peer.device(), "proxy_arp");
    }
    return false;
  }

  private static boolean isIgnored(Machine machine, String device, IpAddress target) {
    long ignore = machine.settings().larger(IpVersion.IPV4, device, "arp_ignore", 0);
    boolean here = machine.find(device).map(i -> i.has(target)).orElse(false);
    return ignore == 8 || (ignore == 1 || ignore == 2) && !here;
  }

  private boolean answersDiscovery(Link.End peer, Machine machine, IpAddress target) {
    boolean own =
        machine.find(peer.device()).stream()
            .flatMap(i -> i.addresses(IpVersion.IPV6).stream())
            .anyMatch(a -> a.usable() && a.prefix().address().equals(target));
    if (own) {
      return true;
    }
    boolean proxies = machine.settings().either(IpVersion.IPV6, peer.device(), "proxy_ndp");
    return proxies
        && machine.neighbours().stream()
            .anyMatch(
                n -> n.proxy() && n.address().equals(target) && n.device().equals(peer.device()));
  }
}
