package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** Makes machines of what is known about those that were not captured. */
final class Externals {
  private Externals() {}

  /** A machine of capture.json, with an interface for each end of a link that it has. */
  static Machine declared(
      String name, Declared.External external, List<Link> links, Map<String, Machine> captured) {
    Map<String, List<Prefix>> byDevice = new LinkedHashMap<>();
    for (Link link : links) {
      for (Link.End end : link.ends()) {
        if (end.machine().equals(name)) {
          byDevice.put(end.device(), new ArrayList<>());
        }
      }
    }
    if (byDevice.isEmpty()) {
      byDevice.put("eth0", new ArrayList<>());
    }
    for (Prefix address : external.addresses()) {
      String device =
          deviceFor(name, address, links, captured).orElse(byDevice.keySet().iterator().next());
      byDevice.get(device).add(address);
    }
    Machine.External known =
        new Machine.External(
            external.silent(), external.answersPing(), external.services().isPresent(), false);
    return machine(name, byDevice, listeners(external.services()), known, external.gateways());
  }

  /** The end whose far side has an address of the same subnet, or a route to this one. */
  private static Optional<String> deviceFor(
      String name, Prefix address, List<Link> links, Map<String, Machine> captured) {
    for (Link link : links) {
      Optional<Link.End> own =
          link.ends().stream().filter(end -> end.machine().equals(name)).findFirst();
      boolean near =
          own.isPresent()
              && link.ends().stream()
                  .anyMatch(end -> reaches(captured.get(end.machine()), end.device(), address));
      if (near) {
        return own.map(Link.End::device);
      }
    }
    return Optional.empty();
  }

  private static boolean reaches(Machine machine, String device, Prefix address) {
    return machine != null
        && machine.routes().stream()
            .filter(route -> route.type() == Route.Type.UNICAST && route.destination().length() > 0)
            .filter(route -> route.hops().stream().anyMatch(hop -> hop.device().equals(device)))
            .anyMatch(route -> route.destination().contains(address.address()));
  }

  private static List<Listener> listeners(Optional<List<Declared.Service>> services) {
    List<Listener> listeners = new ArrayList<>();
    for (Declared.Service service : services.orElse(List.of())) {
      listeners.add(
          new Listener(
              service.protocol(),
              Optional.empty(),
              true,
              IpVersion.IPV6,
              service.port(),
              Optional.empty(),
              "",
              Source.NONE));
    }
    return listeners;
  }

  /**
   * Whatever is behind an interface that leads out of the capture: it stands for any address there.
   */
  static Machine beyond(String name, List<Prefix> gateways) {
    Machine.External known = new Machine.External(false, true, false, true);
    return machine(
        name,
        Map.of("eth0", List.copyOf(new LinkedHashSet<>(gateways))),
        List.of(),
        known,
        List.of());
  }

  private static Machine machine(
      String name,
      Map<String, List<Prefix>> byDevice,
      List<Listener> listeners,
      Machine.External known,
      List<IpAddress> gateways) {
    List<Interface> interfaces = new ArrayList<>();
    int index = 1;
    for (Map.Entry<String, List<Prefix>> device : byDevice.entrySet()) {
      interfaces.add(device(device.getKey(), ++index, device.getValue()));
    }
    List<Route> routes = new ArrayList<>();
    List<RoutingRule> rules = new ArrayList<>();
    for (IpVersion version : IpVersion.values()) {
      routes.addAll(DerivedRoutes.of(interfaces, version));
      routes.add(everythingElse(version, interfaces, gateways));
      rules.addAll(DerivedRoutes.standardRules(version));
    }
    return new Machine(
        name,
        interfaces,
        routes,
        rules,
        List.of(),
        Settings.DEFAULTS,
        Ruleset.EMPTY,
        Map.of(),
        Optional.of(listeners),
        List.of(),
        Set.of(),
        Optional.of(known));
  }

  /** By the router of this version where one is known, else as if all were on the link. */
  private static Route everythingElse(
      IpVersion version, List<Interface> interfaces, List<IpAddress> gateways) {
    for (IpAddress gateway : gateways) {
      for (Interface device : interfaces) {
        boolean near = device.addresses().stream().anyMatch(a -> a.prefix().contains(gateway));
        if (gateway.version() == version && near) {
          return DerivedRoutes.everything(version, device.name(), Optional.of(gateway));
        }
      }
    }
    return DerivedRoutes.everything(version, interfaces.get(0).name(), Optional.empty());
  }

  private static Interface device(String name, int index, List<Prefix> prefixes) {
    List<Interface.Address> addresses = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      boolean subnet = prefix.version() == IpVersion.IPV4 && prefix.length() < 31;
      addresses.add(
          new Interface.Address(
              prefix,
              Optional.empty(),
              subnet ? Optional.of(prefix.last()) : Optional.empty(),
              Interface.Scope.GLOBAL,
              false,
              true));
    }
    return new Interface(
        name,
        index,
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
  }
}
