package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * The routes and policy rules that the kernel makes by itself (net/ipv4/fib_frontend.c:
 * fib_add_ifaddr; net/ipv6/addrconf.c: addrconf_prefix_route; fib_default_rules_init).
 */
public final class DerivedRoutes {
  private static final int METRIC6 = 256;

  private DerivedRoutes() {}

  /** Local, broadcast and connected routes that follow from addresses of one version. */
  public static List<Route> of(List<Interface> interfaces, IpVersion version) {
    List<Route> routes = new ArrayList<>();
    for (Interface device : interfaces) {
      for (Interface.Address address : device.addresses(version)) {
        of(device, address, routes);
      }
    }
    return routes;
  }

  private static void of(Interface device, Interface.Address address, List<Route> routes) {
    IpAddress own = address.prefix().address();
    Prefix subnet = address.peer().orElse(address.prefix());
    Prefix whole = new Prefix(subnet.first(), subnet.length());
    boolean version4 = own.version() == IpVersion.IPV4;
    IpAddress source = version4 ? primary(device, address) : own;
    routes.add(route(own.toPrefix(), Route.Type.LOCAL, Route.TABLE_LOCAL, 0, device, source));
    if (version4 && address.secondary()) {
      return;
    }
    boolean loopback = version4 && device.isLoopback();
    if (loopback && !subnet.isSingle()) {
      routes.add(route(whole, Route.Type.LOCAL, Route.TABLE_LOCAL, 0, device, own));
    }
    if (version4) {
      broadcasts(subnet, address).stream()
          .map(to -> route(to, Route.Type.BROADCAST, Route.TABLE_LOCAL, 0, device, own))
          .forEach(routes::add);
    }
    if (loopback) {
      return;
    }
    if (!subnet.isSingle() || address.peer().isPresent() || !version4 && !device.isLoopback()) {
      long metric = version4 ? 0 : METRIC6;
      routes.add(route(whole, Route.Type.UNICAST, Route.TABLE_MAIN, metric, device, own));
    }
  }

  /** The first address of a secondary one's subnet: packets to it start from there. */
  private static IpAddress primary(Interface device, Interface.Address address) {
    return device.addresses().stream()
        .filter(each -> address.secondary() && !each.secondary())
        .map(Interface.Address::prefix)
        .filter(each -> each.version() == address.prefix().version())
        .filter(each -> each.length() == address.prefix().length())
        .filter(each -> each.contains(address.prefix().address()))
        .map(Prefix::address)
        .findFirst()
        .orElse(address.prefix().address());
  }

  private static List<Prefix> broadcasts(Prefix subnet, Interface.Address address) {
    List<Prefix> found = new ArrayList<>();
    if (subnet.length() < 31) {
      found.add(subnet.last().toPrefix());
    }
    address
        .broadcast()
        .map(IpAddress::toPrefix)
        .filter(to -> !found.contains(to))
        .ifPresent(found::add);
    return found;
  }

  private static Route route(
      Prefix to, Route.Type type, int table, long metric, Interface device, IpAddress own) {
    // IPv6's routes have no scope
    boolean version4 = to.version() == IpVersion.IPV4;
    Interface.Scope scope =
        !version4
            ? Interface.Scope.GLOBAL
            : type == Route.Type.LOCAL ? Interface.Scope.HOST : Interface.Scope.LINK;
    return new Route(
        to,
        type,
        table,
        metric,
        List.of(new Route.Hop(Optional.empty(), device.name(), false, 1, false)),
        own.version() == IpVersion.IPV4 ? Optional.of(own) : Optional.empty(),
        scope,
        0,
        OptionalLong.empty(),
        device.source());
  }

  /** A default route over an interface: by a router, or as if all were on the link. */
  static Route everything(IpVersion version, String device, Optional<IpAddress> gateway) {
    return new Route(
        Prefix.all(version),
        Route.Type.UNICAST,
        Route.TABLE_MAIN,
        0,
        List.of(new Route.Hop(gateway, device, false, 1, false)),
        Optional.empty(),
        Interface.Scope.LINK,
        0,
        OptionalLong.empty(),
        Source.NONE);
  }

  /** The rules that the kernel starts with: three for IPv4, two for IPv6. */
  static List<RoutingRule> standardRules(IpVersion version) {
    List<RoutingRule> rules = new ArrayList<>();
    rules.add(RoutingRule.lookup(version, 0, Route.TABLE_LOCAL));
    rules.add(RoutingRule.lookup(version, 32766, Route.TABLE_MAIN));
    if (version == IpVersion.IPV4) {
      rules.add(RoutingRule.lookup(version, 32767, Route.TABLE_DEFAULT));
    }
    return rules;
  }
}
