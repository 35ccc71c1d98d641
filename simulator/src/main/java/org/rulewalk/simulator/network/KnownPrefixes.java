package org.rulewalk.simulator.network;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/**
 * The prefixes by which machines tell addresses apart, rulesets aside: those of routes, routing
 * rules, interfaces and neighbours, and those that the kernel itself treats apart. Addresses of
 * which each of them holds all or none are alike to every machine.
 */
public final class KnownPrefixes {
  private static final List<Prefix> SPECIAL =
      List.of(
          Prefix.of("0.0.0.0/8"),
          Prefix.of("0.0.0.0/32"),
          Prefix.of("127.0.0.0/8"),
          Prefix.of("127.0.0.1/32"),
          Prefix.of("169.254.0.0/16"),
          Prefix.of("224.0.0.0/4"),
          Prefix.of("224.0.0.0/24"),
          Prefix.of("240.0.0.0/4"),
          Prefix.of("255.255.255.255/32"),
          Prefix.of("::/96"),
          Prefix.of("::/128"),
          Prefix.of("::1/128"),
          Prefix.of("::ffff:0:0/96"),
          Prefix.of("fe80::/10"),
          Prefix.of("fec0::/10"),
          Prefix.of("fc00::/7"),
          Prefix.of("2002::/16"),
          Prefix.of("ff00::/8"));

  private KnownPrefixes() {}

  /** All of both versions, those of the kernel first. */
  public static Set<Prefix> of(Network network) {
    Set<Prefix> known = new LinkedHashSet<>(SPECIAL);
    network.machines().values().forEach(machine -> add(machine, known));
    return known;
  }

  private static void add(Machine machine, Set<Prefix> known) {
    for (Route route : machine.routes()) {
      known.add(route.destination());
      route.preferredSource().map(IpAddress::toPrefix).ifPresent(known::add);
      route.hops().forEach(hop -> hop.gateway().map(IpAddress::toPrefix).ifPresent(known::add));
    }
    for (RoutingRule rule : machine.routingRules()) {
      rule.from().ifPresent(known::add);
      rule.to().ifPresent(known::add);
    }
    for (Neighbour neighbour : machine.neighbours()) {
      known.add(neighbour.address().toPrefix());
    }
    for (Interface device : machine.interfaces()) {
      for (Interface.Address address : device.addresses()) {
        known.add(address.prefix());
        known.add(address.prefix().address().toPrefix());
        known.add(address.prefix().first().toPrefix());
        known.add(address.prefix().last().toPrefix());
        address.peer().ifPresent(known::add);
        address.broadcast().map(IpAddress::toPrefix).ifPresent(known::add);
      }
    }
  }
}
