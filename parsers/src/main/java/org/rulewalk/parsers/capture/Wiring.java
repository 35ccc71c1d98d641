package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Joins machines by links: those that capture.json names, or those that routes and addresses show.
 */
final class Wiring {
  private final Map<String, Machine> machines;
  private final Declared declared;
  private final Map<String, String> providers;
  private final Problems problems;
  private final List<Link> links = new ArrayList<>();

  Wiring(
      Map<String, Machine> machines,
      Declared declared,
      Map<String, String> providers,
      Problems problems) {
    this.machines = new LinkedHashMap<>(machines);
    this.declared = declared;
    this.providers = providers;
    this.problems = problems;
  }

  /** All machines, also those that are not captured, with their links. */
  Network network() {
    Map<String, Machine> captured = new LinkedHashMap<>(machines);
    links.addAll(declared.links());
    links.forEach(this::checkEnds);
    if (declared.links().isEmpty()) {
      links.addAll(new LinkFinder(captured, providers, problems).find());
    }
    declared.externals().forEach((name, external) -> attach(name, external, captured));
    declared
        .externals()
        .forEach(
            (name, external) ->
                machines.put(name, Externals.declared(name, external, links, captured)));
    if (declared.links().isEmpty()) {
      captured.values().forEach(this::openEnds);
    }
    return new Network(machines, links);
  }

  private void checkEnds(Link link) {
    for (Link.End end : link.ends()) {
      Machine machine = machines.get(end.machine());
      if (machine != null && machine.find(end.device()).isEmpty()) {
        problems.warn(
            "link-interface",
            "`" + end.machine() + "` has no interface `" + end.device() + "`",
            new Source("capture.json", 0, 0, ""),
            0,
            "");
      }
    }
  }

  /**
   * Links an external machine that no link names to the interface whose subnet holds its address.
   */
  private void attach(String name, Declared.External external, Map<String, Machine> captured) {
    boolean linked =
        links.stream().flatMap(l -> l.ends().stream()).anyMatch(end -> end.machine().equals(name));
    if (linked) {
      return;
    }
    List<Link.End> near = new ArrayList<>();
    captured
        .values()
        .forEach(
            machine ->
                machine.interfaces().stream()
                    .filter(
                        device -> !device.isLoopback() && holdsOne(device, external.addresses()))
                    .forEach(device -> near.add(new Link.End(machine.name(), device.name()))));
    if (near.size() == 1) {
      links.add(
          new Link(List.of(near.get(0), new Link.End(name, "eth0")), Link.Origin.SHARED_PREFIX));
    } else {
      problems.warn(
          "external-unlinked",
          near.isEmpty()
              ? "no interface has `" + name + "` in its subnet: it is not linked"
              : "several interfaces have `" + name + "` in their subnet: it is not linked",
          new Source("capture.json", 0, 0, ""),
          0,
          "add a link to capture.json");
    }
  }

  private static boolean holdsOne(Interface device, List<Prefix> addresses) {
    return device.addresses().stream()
        .map(Interface.Address::prefix)
        .anyMatch(own -> addresses.stream().anyMatch(far -> own.contains(far.address())));
  }

  /** Puts an unknown machine behind each interface that leads out of the capture. */
  private void openEnds(Machine machine) {
    for (Interface device : machine.interfaces()) {
      Link.End end = new Link.End(machine.name(), device.name());
      boolean linked = links.stream().anyMatch(link -> link.ends().contains(end));
      if (linked
          || device.isLoopback()
          || !device.up()
          || device.master().isPresent()
          || !isUsed(machine, device)) {
        continue;
      }
      String name = "beyond-" + machine.name() + "-" + device.name();
      machines.put(name, Externals.beyond(name, gateways(machine, device)));
      links.add(new Link(List.of(end, new Link.End(name, "eth0")), Link.Origin.ASSUMED));
    }
  }

  private static boolean isUsed(Machine machine, Interface device) {
    boolean routed =
        machine.routes().stream()
            .filter(route -> route.table() != Route.TABLE_LOCAL)
            .anyMatch(
                route -> route.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
    return routed || !device.addresses().isEmpty();
  }

  private static List<Prefix> gateways(Machine machine, Interface device) {
    List<Prefix> gateways = new ArrayList<>();
    for (Route route : machine.routes()) {
      for (Route.Hop hop : route.hops()) {
        if (hop.device().equals(device.name())) {
          hop.gateway().ifPresent(gateway -> gateways.add(inSubnet(gateway, device)));
        }
      }
    }
    return gateways;
  }

  private static Prefix inSubnet(IpAddress gateway, Interface device) {
    Optional<Prefix> subnet =
        device.addresses().stream()
            .map(Interface.Address::prefix)
            .filter(p -> p.contains(gateway))
            .findFirst();
    int whole = gateway.version() == IpVersion.IPV4 ? 32 : 128;
    return new Prefix(gateway, subnet.map(Prefix::length).orElse(whole));
  }
}
