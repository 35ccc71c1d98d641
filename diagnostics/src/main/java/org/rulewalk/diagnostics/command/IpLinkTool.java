package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;

/** {@code ip link set} (net/core/dev.c; net/ipv4/fib_semantics.c: fib_sync_down_dev). */
final class IpLinkTool {
  private static final int LEAST_MTU = 68;

  private final Machine before;
  private final String verb;
  private final List<String> words;

  IpLinkTool(Machine before, String verb, List<String> words) {
    this.before = before;
    this.verb = verb;
    this.words = words;
  }

  private Outcome notKnown(String why) {
    return Outcome.notUnderstood(before, why);
  }

  Outcome run() {
    boolean deletes = IpTool.isCalled(verb, "delete", 1);
    boolean known =
        deletes
            || IpTool.isCalled(verb, "set", 1)
            || IpTool.isCalled(verb, "change", 1)
            || IpTool.isCalled(verb, "add", 1);
    if (!known) {
      return IpTool.unknownCommand(before, "link", verb);
    }
    List<String> rest = new ArrayList<>(words);
    rest.remove("dev");
    if (rest.isEmpty()) {
      return notKnown("it names no device");
    }
    String name = rest.remove(0);
    Optional<Interface> found = before.find(name);
    if (!IpTool.isCalled(verb, "add", 1) && found.isEmpty()) {
      return IpTool.noDevice(before, name);
    }
    if (deletes || IpTool.isCalled(verb, "add", 1)) {
      return notKnown("links that are made or removed are not followed here");
    }
    return set(found.get(), rest);
  }

  private Outcome set(Interface old, List<String> rest) {
    Machine machine = before;
    Interface device = old;
    for (int i = 0; i < rest.size(); i++) {
      String word = rest.get(i);
      String value = i + 1 < rest.size() ? rest.get(i + 1) : "";
      boolean number = value.matches("\\d{1,9}");
      if (word.equals("up") || word.equals("down")) {
        machine = word.equals("up") ? up(machine, device) : down(machine, device);
        device = machine.find(old.name()).orElseThrow();
        continue;
      }
      if (word.equals("mtu") && number) {
        if (Integer.parseInt(value) < LEAST_MTU && !device.isLoopback()) {
          return Outcome.refused(before, 2, "Error: mtu less than device minimum.");
        }
        device = device.with(Integer.parseInt(value), device.group());
        machine = mtu(machine, device);
      } else if (word.equals("group") && (number || value.equals("default"))) {
        device = device.with(device.mtuBytes(), number ? Long.parseLong(value) : 0);
      } else if (word.equals("address") && MacAddress.parse(value).isPresent()) {
        device = device.with(MacAddress.parse(value).get());
      } else {
        return notKnown("`" + word + "` is not known here");
      }
      machine = Readdressing.with(machine, device);
      i++;
    }
    return Outcome.changed(machine);
  }

  /** IPv6 has an MTU of its own for each interface, which follows. */
  private static Machine mtu(Machine machine, Interface device) {
    String name = Settings.name(IpVersion.IPV6, device.name(), "mtu");
    Optional<Settings.Entry> entry = machine.settings().find(name);
    return entry
        .map(
            old ->
                machine.with(
                    machine
                        .settings()
                        .with(
                            name,
                            new Settings.Entry(String.valueOf(device.mtuBytes()), old.source()))))
        .orElse(machine);
  }

  /** The routes of its addresses come back; those of others were taken by {@link #down}. */
  private static Machine up(Machine machine, Interface device) {
    if (device.up()) {
      return machine;
    }
    Interface on = SixSwitch.started(machine, device.switched(true));
    List<Route> routes = new ArrayList<>();
    machine.routes().forEach(route -> routes.add(revived(route, device.name(), false)));
    for (IpVersion version : IpVersion.values()) {
      Readdressing.derived(on, version).stream()
          .filter(route -> !Readdressing.isOneOf(route, routes))
          .forEach(routes::add);
    }
    SixSwitch.groups(machine, on)
        .filter(route -> !Readdressing.isOneOf(route, routes))
        .ifPresent(routes::add);
    return Readdressing.with(machine, on).withRoutes(routes);
  }

  /**
   * All routes over it go but those of its own IPv4 addresses; of several next hops only its own is
   * dead. IPv6 addresses and all neighbours go.
   */
  private static Machine down(Machine machine, Interface device) {
    if (!device.up()) {
      return machine;
    }
    List<Route> routes = new ArrayList<>();
    for (Route route : machine.routes()) {
      boolean four = route.destination().version() == IpVersion.IPV4;
      boolean own = four && route.type() == Route.Type.LOCAL;
      Route marked = own ? route : revived(route, device.name(), true);
      boolean over =
          !marked.hops().isEmpty()
              && marked.hops().stream()
                  .allMatch(hop -> hop.device().equals(device.name()) || hop.dead());
      boolean mine = route.hops().stream().anyMatch(hop -> hop.device().equals(device.name()));
      if (own || !mine || !over) {
        routes.add(marked);
      }
    }
    Interface off = withoutSix(machine, device.switched(false));
    return Readdressing.with(machine, off)
        .withRoutes(routes)
        .withNeighbours(
            machine.neighbours().stream()
                .filter(each -> !each.device().equals(device.name()))
                .toList());
  }

  private static Interface withoutSix(Machine machine, Interface device) {
    boolean keeps =
        machine.settings().larger(IpVersion.IPV6, device.name(), "keep_addr_on_down", 0) > 0;
    return device.with(
        device.addresses().stream()
            .filter(
                each ->
                    each.prefix().version() == IpVersion.IPV4
                        || keeps && !each.prefix().address().isLinkLocal())
            .toList());
  }

  /** The route with its next hops over the device dead or alive. */
  private static Route revived(Route route, String device, boolean dead) {
    if (route.hops().size() < 2) {
      return route;
    }
    List<Route.Hop> hops =
        route.hops().stream()
            .map(
                hop ->
                    hop.device().equals(device)
                        ? new Route.Hop(hop.gateway(), device, hop.onlink(), hop.weight(), dead)
                        : hop)
            .toList();
    return route.with(hops);
  }
}
