package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.parsers.capture.DerivedRoutes;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Somebody outside, in front of the entry's interface, with any address: for questions from an
 * address of the prefix, and from others.
 */
final class Outsiders {
  private static final String DEVICE = "eth0";
  private static final int MOST = 4;

  private final Network network;
  private final Way.Stop entry;
  private final Prefix from;
  private final List<Interface.Address> replaced = new ArrayList<>();

  Outsiders(Network network, Way way, Prefix from) {
    this.network = network;
    this.entry = way.entry();
    this.from = from;
    for (Link.End peer : network.peers(end())) {
      network.machine(peer.machine()).filter(Machine::isExternal).stream()
          .flatMap(machine -> machine.find(peer.device()).stream())
          .forEach(device -> replaced.addAll(device.addresses(from.version())));
    }
  }

  /** The name under which an address stands in the network. */
  static String name(IpAddress address) {
    return address.toString();
  }

  private Link.End end() {
    return new Link.End(entry.machine(), entry.device());
  }

  /**
   * A network in which that address stands in front of the entry, in the place of what is there; it
   * is also the router that is there.
   */
  Network with(Network other, IpAddress source) {
    Map<String, Machine> machines = new LinkedHashMap<>(other.machines());
    machines.put(name(source), machine(source));
    List<Link> links = new ArrayList<>();
    other.links().stream().filter(link -> !link.ends().contains(end())).forEach(links::add);
    links.add(new Link(List.of(end(), new Link.End(name(source), DEVICE)), Link.Origin.ASSUMED));
    return new Network(machines, links);
  }

  private Machine machine(IpAddress source) {
    List<Interface.Address> addresses = new ArrayList<>();
    addresses.add(address(source));
    replaced.stream().filter(a -> !a.prefix().address().equals(source)).forEach(addresses::add);
    gateways().stream()
        .filter(gateway -> addresses.stream().noneMatch(a -> a.prefix().address().equals(gateway)))
        .forEach(gateway -> addresses.add(address(gateway)));
    Interface device =
        new Interface(
            DEVICE,
            2,
            true,
            true,
            1500,
            0,
            "",
            Interface.TYPE_ETHERNET,
            Optional.empty(),
            Optional.empty(),
            addresses,
            Source.NONE);
    IpVersion version = source.version();
    List<Route> routes =
        new ArrayList<>(
            DerivedRoutes.of(List.of(device), version).stream()
                .filter(route -> route.type() == Route.Type.LOCAL)
                .toList());
    routes.add(
        new Route(
            Prefix.all(version),
            Route.Type.UNICAST,
            Route.TABLE_MAIN,
            0,
            List.of(new Route.Hop(Optional.empty(), DEVICE, false, 1, false)),
            Optional.of(source),
            Interface.Scope.LINK,
            0,
            OptionalLong.empty(),
            Source.NONE));
    return new Machine(
        name(source),
        List.of(device),
        routes,
        List.of(
            RoutingRule.lookup(version, 0, Route.TABLE_LOCAL),
            RoutingRule.lookup(version, 32766, Route.TABLE_MAIN)),
        List.of(),
        Settings.DEFAULTS,
        Ruleset.EMPTY,
        Map.of(),
        Optional.of(List.of()),
        List.of(),
        Set.of(),
        Optional.of(new Machine.External(false, true, true, false)));
  }

  private static Interface.Address address(IpAddress address) {
    return new Interface.Address(
        address.toPrefix(),
        Optional.empty(),
        Optional.empty(),
        Interface.Scope.GLOBAL,
        false,
        true);
  }

  /** The routers behind that interface, which the way back may go by. */
  private List<IpAddress> gateways() {
    return network.machine(entry.machine()).orElseThrow().routes().stream()
        .flatMap(route -> route.hops().stream())
        .filter(hop -> hop.device().equals(entry.device()))
        .flatMap(hop -> hop.gateway().stream())
        .filter(gateway -> gateway.version() == from.version())
        .distinct()
        .toList();
  }

  /** Addresses of the prefix: those known outside, one on the link, the first and the last. */
  List<IpAddress> inside() {
    Set<IpAddress> found = new LinkedHashSet<>();
    replaced.forEach(a -> found.add(a.prefix().address()));
    for (Prefix near : near()) {
      if (from.contains(near)) {
        found.add(moved(near.last(), -1));
      }
    }
    if (from.length() > 0) {
      found.add(from.isSingle() ? from.first() : moved(from.first(), 1));
      found.add(from.isSingle() ? from.first() : moved(from.last(), -1));
    } else {
      found.add(far());
    }
    return found.stream().filter(from::contains).filter(this::isPossible).limit(MOST).toList();
  }

  /** Addresses just beside the prefix, on the link, and far away. */
  List<IpAddress> outside() {
    Set<IpAddress> found = new LinkedHashSet<>();
    if (from.length() > 0) {
      found.add(moved(from.first(), -1));
      found.add(moved(from.last(), 1));
    }
    near().forEach(near -> found.add(moved(near.last(), -1)));
    replaced.forEach(a -> found.add(a.prefix().address()));
    found.add(far());
    return found.stream()
        .filter(address -> !from.contains(address))
        .filter(this::isPossible)
        .limit(MOST)
        .toList();
  }

  private List<Prefix> near() {
    return network
        .machine(entry.machine())
        .flatMap(m -> m.find(entry.device()))
        .orElseThrow()
        .addresses(from.version())
        .stream()
        .map(Interface.Address::prefix)
        .filter(prefix -> !prefix.isSingle() && !prefix.address().isLinkLocal())
        .toList();
  }

  private IpAddress far() {
    return IpAddress.of(from.version() == IpVersion.IPV4 ? "203.0.113.9" : "2001:db8:ffff::9");
  }

  private static IpAddress moved(IpAddress address, int by) {
    Bits all = Bits.ones(address.version().addressBits());
    Bits value = by < 0 ? address.value().minus(Bits.of(-by)) : address.value().plus(Bits.of(by));
    return new IpAddress(address.version(), value.and(all));
  }

  /** Whether anybody may send from it: no special address, and none of a captured machine. */
  private boolean isPossible(IpAddress address) {
    boolean special =
        address.isAny()
            || address.isMulticast()
            || address.isLoopback()
            || address.isLinkLocal()
            || from.version() == IpVersion.IPV4
                && (Prefix.of("0.0.0.0/8").contains(address)
                    || Prefix.of("240.0.0.0/4").contains(address));
    boolean ends =
        near().stream()
            .filter(prefix -> prefix.length() < prefix.version().addressBits() - 1)
            .anyMatch(prefix -> prefix.first().equals(address) || prefix.last().equals(address));
    return !special && !ends && network.holders(address).stream().allMatch(Machine::isExternal);
  }
}
