package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Works out which interfaces are joined, from three signs: a vif with a route to a single address
 * that another machine holds, addresses of one subnet, and dom0's list of who provides whose
 * network.
 */
final class LinkFinder {
  private final Map<String, Machine> machines;
  private final Map<String, String> providers;
  private final Problems problems;
  private final Map<IpAddress, List<Link.End>> holders = new HashMap<>();
  private final Map<Link.End, Link> byEnd = new LinkedHashMap<>();

  LinkFinder(Map<String, Machine> machines, Map<String, String> providers, Problems problems) {
    this.machines = new TreeMap<>(machines);
    this.providers = providers;
    this.problems = problems;
    for (Machine machine : this.machines.values()) {
      for (Interface device : machine.interfaces()) {
        if (!device.isLoopback()) {
          device.addresses().forEach(address -> hold(address, machine, device));
        }
      }
    }
  }

  private void hold(Interface.Address address, Machine machine, Interface device) {
    holders
        .computeIfAbsent(address.prefix().address(), unused -> new ArrayList<>())
        .add(new Link.End(machine.name(), device.name()));
  }

  /** The links, each between ends that no other has. */
  List<Link> find() {
    machines.values().forEach(this::byRoutes);
    bySubnets();
    return byEnd.values().stream().distinct().toList();
  }

  private void byRoutes(Machine machine) {
    for (Route route : machine.routes()) {
      boolean single = route.type() == Route.Type.UNICAST && route.destination().isSingle();
      if (!single || route.hops().size() != 1 || route.hops().get(0).gateway().isPresent()) {
        continue;
      }
      String device = route.hops().get(0).device();
      if (isVif(device)) {
        byRoute(machine, device, route);
      }
    }
  }

  private static boolean isVif(String device) {
    return device.startsWith("vif");
  }

  private void byRoute(Machine machine, String device, Route route) {
    Link.End near = new Link.End(machine.name(), device);
    List<Link.End> far =
        holders.getOrDefault(route.destination().address(), List.of()).stream()
            .filter(end -> !end.machine().equals(machine.name()) && !isVif(end.device()))
            .toList();
    List<Link.End> settled =
        far.size() < 2 ? far : far.stream().filter(end -> isProvided(end, machine)).toList();
    if (settled.size() == 1) {
      join(near, settled.get(0), route.source());
    } else if (far.size() > 1) {
      problems.warn(
          "link-ambiguous",
          "`" + near + "` may lead to " + far,
          route.source(),
          0,
          "add the link to capture.json");
    }
  }

  private boolean isProvided(Link.End client, Machine provider) {
    return provider.name().equals(providers.get(client.machine()));
  }

  private void join(Link.End near, Link.End far, Source place) {
    Link found = new Link(List.of(near, far), Link.Origin.ROUTE_TO_ADDRESS);
    String listed = providers.get(far.machine());
    if (listed != null && !listed.equals(near.machine())) {
      problems.warn(
          "link-contradicts-list",
          "`"
              + near
              + "` has a route to `"
              + far.machine()
              + "`, whose network `"
              + listed
              + "` provides by dom0's list",
          place,
          0,
          "the machine may have been given another provider since: capture again");
      return;
    }
    Link before = byEnd.getOrDefault(far, byEnd.getOrDefault(near, found));
    if (!before.ends().equals(found.ends())) {
      problems.warn(
          "link-ambiguous",
          "`" + near + "` and `" + far + "`: one is linked already, as " + before.ends(),
          place,
          0,
          "add the link to capture.json");
      return;
    }
    byEnd.put(near, found);
    byEnd.put(far, found);
  }

  /** Interfaces that no route joined, by the subnet of their addresses. */
  private void bySubnets() {
    Map<Prefix, Map<Link.End, IpAddress>> subnets = new LinkedHashMap<>();
    for (Machine machine : machines.values()) {
      for (Interface device : machine.interfaces()) {
        Link.End end = new Link.End(machine.name(), device.name());
        if (!device.isLoopback() && device.up() && !byEnd.containsKey(end)) {
          device.addresses().forEach(address -> inSubnet(address.prefix(), end, subnets));
        }
      }
    }
    subnets.forEach(this::bySubnet);
  }

  private static void inSubnet(
      Prefix prefix, Link.End end, Map<Prefix, Map<Link.End, IpAddress>> subnets) {
    boolean shared =
        !prefix.isSingle() && !prefix.address().isLoopback() && !prefix.address().isLinkLocal();
    if (shared) {
      subnets
          .computeIfAbsent(
              new Prefix(prefix.first(), prefix.length()), unused -> new LinkedHashMap<>())
          .put(end, prefix.address());
    }
  }

  private void bySubnet(Prefix subnet, Map<Link.End, IpAddress> members) {
    List<Link.End> ends = members.keySet().stream().filter(end -> !byEnd.containsKey(end)).toList();
    long machinesOfEnds = ends.stream().map(Link.End::machine).distinct().count();
    long addresses = ends.stream().map(members::get).distinct().count();
    if (machinesOfEnds < 2) {
      return;
    }
    if (machinesOfEnds < ends.size() || addresses < ends.size()) {
      problems.warn(
          "link-ambiguous",
          "several interfaces of one machine, or one address twice, in " + subnet + ": " + ends,
          source(ends.get(0)),
          0,
          "add the link to capture.json");
      return;
    }
    boolean listed = ends.stream().anyMatch(end -> isListedAmong(end, ends));
    Link link = new Link(ends, listed ? Link.Origin.NETVM_LIST : Link.Origin.SHARED_PREFIX);
    ends.forEach(end -> byEnd.put(end, link));
  }

  private boolean isListedAmong(Link.End client, List<Link.End> ends) {
    String provider = providers.get(client.machine());
    return ends.stream().anyMatch(end -> end.machine().equals(provider));
  }

  private Source source(Link.End end) {
    Optional<Interface> device = machines.get(end.machine()).find(end.device());
    return device.map(Interface::source).orElse(Source.NONE);
  }
}
