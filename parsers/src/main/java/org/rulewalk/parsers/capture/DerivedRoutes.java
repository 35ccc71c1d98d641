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
    boolean version4 = own.version() == IpVersion.IPV4;
    routes.add(route(own.toPrefix(), Route.Type.LOCAL, Route.TABLE_LOCAL, 0, device, own));
    if (version4 && device.isLoopback()) {
      routes.add(route(subnet, Route.Type.LOCAL, Route.TABLE_LOCAL, 0, device, own));
      return;
    }
    if (version4 && subnet.length() < 31) {
      routes.add(
          route(subnet.last().toPrefix(), Route.Type.BROADCAST, Route.TABLE_LOCAL, 0, device, own));
    }
    if (!subnet.isSingle() || address.peer().isPresent() || !version4) {
      Prefix connected = new Prefix(subnet.first(), subnet.length());
      routes.add(
          route(
              connected,
              Route.Type.UNICAST,
              Route.TABLE_MAIN,
              version4 ? 0 : METRIC6,
              device,
              own));
    }
  }

  private static Route route(
      Prefix to, Route.Type type, int table, long metric, Interface device, IpAddress own) {
    Interface.Scope scope = type == Route.Type.LOCAL ? Interface.Scope.HOST : Interface.Scope.LINK;
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
