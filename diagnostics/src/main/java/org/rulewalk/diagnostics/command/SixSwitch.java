package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** IPv6 switched off or on at interfaces (net/ipv6/addrconf.c: addrconf_disable_ipv6). */
final class SixSwitch {
  private static final long METRIC = 256;

  private SixSwitch() {}

  /**
   * The machine with what follows from the settings that changed.
   *
   * @param only an interface, or nothing for all
   */
  static Machine switched(Machine before, Machine after, String only) {
    Machine machine = after;
    for (Interface device : after.interfaces()) {
      boolean was = isOff(before.settings(), device.name());
      boolean is = isOff(after.settings(), device.name());
      if (was == is || !only.isEmpty() && !only.equals(device.name())) {
        continue;
      }
      machine = is ? off(machine, device) : on(machine, device);
    }
    return machine;
  }

  private static boolean isOff(Settings settings, String device) {
    return settings.device(IpVersion.IPV6, device, "disable_ipv6", 0) != 0;
  }

  private static Machine off(Machine machine, Interface device) {
    List<Route> routes =
        machine.routes().stream()
            .filter(
                route ->
                    route.destination().version() == IpVersion.IPV4
                        || route.hops().stream()
                            .noneMatch(hop -> hop.device().equals(device.name())))
            .toList();
    return Readdressing.with(machine, device.with(device.addresses(IpVersion.IPV4)))
        .withRoutes(routes);
  }

  private static Machine on(Machine machine, Interface device) {
    Machine on = Readdressing.changed(machine, device, started(machine, device));
    List<Route> routes = new ArrayList<>(on.routes());
    groups(on, device).filter(route -> !Readdressing.isOneOf(route, routes)).ifPresent(routes::add);
    return on.withRoutes(routes);
  }

  /** The interface with the address that it gives itself (RFC 4291, appendix A). */
  static Interface started(Machine machine, Interface device) {
    boolean starts = device.up() && !isOff(machine.settings(), device.name());
    if (!starts || !device.addresses(IpVersion.IPV6).isEmpty()) {
      return device;
    }
    boolean made =
        machine.settings().device(IpVersion.IPV6, device.name(), "addr_gen_mode", 0) == 0;
    Optional<Interface.Address> own =
        device.isLoopback()
            ? Optional.of(LinkLocal.LOOPBACK)
            : device.mac().filter(mac -> made).map(LinkLocal::of);
    List<Interface.Address> addresses = new ArrayList<>(device.addresses());
    own.ifPresent(addresses::add);
    return device.with(addresses);
  }

  /** The route for groups that an interface has while IPv6 is on. */
  static Optional<Route> groups(Machine machine, Interface device) {
    boolean has = device.up() && !device.isLoopback() && !isOff(machine.settings(), device.name());
    return has
        ? Optional.of(
            new Route(
                Prefix.of("ff00::/8"),
                Route.Type.MULTICAST,
                Route.TABLE_LOCAL,
                METRIC,
                List.of(new Route.Hop(Optional.empty(), device.name(), false, 1, false)),
                Optional.empty(),
                Interface.Scope.GLOBAL,
                0,
                OptionalLong.empty(),
                device.source()))
        : Optional.empty();
  }
}
