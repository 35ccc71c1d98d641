package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Addresses that no routing table, interface, neighbour entry or kernel of a network tells apart:
 * each prefix that one of them knows holds all or none of a class.
 */
final class AddressClasses {
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

  private final Map<IpVersion, List<Intervals>> classes = new EnumMap<>(IpVersion.class);

  AddressClasses(Network network) {
    for (IpVersion version : IpVersion.values()) {
      Set<Prefix> known = new LinkedHashSet<>(SPECIAL);
      network.machines().values().forEach(machine -> addOf(machine, known));
      known.removeIf(prefix -> prefix.version() != version);
      classes.put(version, parted(new ArrayList<>(known), version));
    }
  }

  private static void addOf(Machine machine, Set<Prefix> known) {
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

  private static List<Intervals> parted(List<Prefix> known, IpVersion version) {
    Bits highest = Bits.ones(version.addressBits());
    TreeSet<Bits> cuts = new TreeSet<>();
    for (Prefix prefix : known) {
      cuts.add(prefix.first().value());
      Bits last = prefix.last().value();
      if (!last.equals(highest)) {
        cuts.add(last.plus(Bits.of(1)));
      }
    }
    Map<BitSet, List<Interval>> groups = new HashMap<>();
    for (Interval stretch : Field.SOURCE.all(version).stretches(cuts)) {
      IpAddress one = new IpAddress(version, stretch.low());
      BitSet holding = new BitSet();
      for (int i = 0; i < known.size(); i++) {
        holding.set(i, known.get(i).contains(one));
      }
      groups.computeIfAbsent(holding, unused -> new ArrayList<>()).add(stretch);
    }
    return groups.values().stream().map(Intervals::ofAll).toList();
  }

  /** The addresses that are treated as this one, itself among them. */
  Intervals like(IpVersion version, Bits address) {
    return classes.get(version).stream()
        .filter(each -> each.contains(address))
        .findFirst()
        .orElseThrow();
  }
}
