package org.rulewalk.diagnostics.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * What packets should carry to hit the rules of a network and to miss them by one: the addresses
 * and ports that its texts name, and their neighbours.
 */
final class Values {
  private static final IpAddress LIMITED_BROADCAST = IpAddress.of("255.255.255.255");

  private final Set<IpAddress> addresses = new LinkedHashSet<>();
  private final Set<Integer> ports = new LinkedHashSet<>(List.of(1, 40_000, 65_535));

  Values(Network network) {
    for (Machine machine : network.machines().values()) {
      machine.interfaces().stream()
          .flatMap(i -> i.addresses().stream())
          .map(Interface.Address::prefix)
          .forEach(this::around);
      machine.routes().stream().map(Route::destination).forEach(this::around);
      machine.ruleset().tables().stream()
          .flatMap(table -> table.chains().stream())
          .flatMap(chain -> chain.rules().stream())
          .forEach(rule -> words(rule.source().text()));
      machine.listeners().ifPresent(all -> all.forEach(l -> port(l.port())));
    }
    addresses.removeIf(a -> a.isMulticast() || a.isAny() || a.equals(LIMITED_BROADCAST));
  }

  private void around(Prefix prefix) {
    addresses.add(prefix.address());
    addresses.add(prefix.first());
    addresses.add(prefix.last());
  }

  private void port(int port) {
    ports.add(Math.max(1, port - 1));
    ports.add(port);
    ports.add(Math.min(65_535, port + 1));
  }

  /** Words of a rule's text: prefixes, addresses, numbers. */
  private void words(String text) {
    for (String word : text.split("[\\s,{}!=]+")) {
      for (String part : word.split("-")) {
        Prefix.parse(part).ifPresent(this::around);
      }
      for (String part : word.split("[-:]")) {
        boolean number = !part.isEmpty() && part.length() <= 5;
        if (number && part.chars().allMatch(Character::isDigit)) {
          int port = Integer.parseInt(part);
          if (port > 0 && port < 65_536) {
            port(port);
          }
        }
      }
    }
  }

  List<IpAddress> addresses(IpVersion version) {
    return addresses.stream().filter(address -> address.version() == version).toList();
  }

  List<Integer> ports() {
    return new ArrayList<>(ports);
  }
}
