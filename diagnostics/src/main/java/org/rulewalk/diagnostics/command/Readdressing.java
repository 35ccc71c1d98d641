package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.parsers.capture.DerivedRoutes;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What the kernel does by itself when an interface's addresses or its state change: the routes that
 * follow from addresses (net/ipv4/fib_frontend.c, net/ipv6/addrconf.c).
 */
final class Readdressing {
  private Readdressing() {}

  /** The machine with a changed interface, and with the routes that follow from its addresses. */
  static Machine changed(Machine before, Interface old, Interface changed) {
    List<Route> routes = new ArrayList<>(before.routes());
    List<Route> fresh = new ArrayList<>();
    for (IpVersion version : IpVersion.values()) {
      List<Route> were = derived(old, version);
      List<Route> are = derived(changed, version);
      are.stream().filter(route -> !were.contains(route)).forEach(fresh::add);
      routes.removeIf(
          route -> isOneOf(route, were) && !isOneOf(route, are) || isOneOf(route, fresh));
    }
    // a source address that is gone takes its routes with it
    routes.removeIf(
        route ->
            route
                .preferredSource()
                .filter(old::has)
                .filter(from -> !changed.has(from))
                .isPresent());
    fresh.stream().filter(route -> !isOneOf(route, routes)).forEach(routes::add);
    Machine machine = with(before, changed);
    boolean last =
        !old.addresses(IpVersion.IPV4).isEmpty() && changed.addresses(IpVersion.IPV4).isEmpty();
    if (!last) {
      return machine.withRoutes(routes);
    }
    // without any address the kernel stops IPv4 there (fib_disable_ip)
    return machine
        .withRoutes(
            routes.stream()
                .filter(
                    route ->
                        route.destination().version() == IpVersion.IPV6
                            || !devices(route).contains(old.name()))
                .toList())
        .withNeighbours(
            machine.neighbours().stream()
                .filter(
                    each ->
                        each.address().version() == IpVersion.IPV6
                            || !each.device().equals(old.name()))
                .toList());
  }

  /** While an interface is down, only the routes of table local are there. */
  static List<Route> derived(Interface device, IpVersion version) {
    List<Route> routes = DerivedRoutes.of(List.of(device), version);
    return device.up()
        ? routes
        : routes.stream()
            .filter(route -> version == IpVersion.IPV4 && route.type() == Route.Type.LOCAL)
            .toList();
  }

  static Machine with(Machine machine, Interface changed) {
    return machine.withInterfaces(
        machine.interfaces().stream()
            .map(each -> each.name().equals(changed.name()) ? changed : each)
            .toList());
  }

  static boolean isOneOf(Route route, List<Route> routes) {
    return routes.stream()
        .anyMatch(
            each ->
                each.destination().equals(route.destination())
                    && each.table() == route.table()
                    && each.type() == route.type()
                    && (route.type() != Route.Type.LOCAL
                        || each.preferredSource().equals(route.preferredSource()))
                    && devices(each).equals(devices(route)));
  }

  private static List<String> devices(Route route) {
    return route.hops().stream().map(Route.Hop::device).toList();
  }
}
