package org.rulewalk.diagnostics.trial;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.usage.DeviceTest;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Interfaces for a machine of which only rules were captured, so that packets can be sent through
 * them: those that its rules name, with addresses of the documentation's ranges.
 */
public final class StandIn {
  /** What is told where a stand-in was used. */
  public static final String WORDS =
      "(The capture does not tell its interfaces: those that its rules name are assumed, and that it"
          + " forwards.)";

  private static final int MOST = 4;
  private static final String FAR_END = "eth0";

  private StandIn() {}

  /** The machine with stand-ins; the machine itself if its interfaces are known. */
  public static Machine of(Machine machine) {
    boolean unknown =
        machine.missing().contains(CaptureFile.ADDRESSES)
            && machine.interfaces().stream()
                .allMatch(device -> device.isLoopback() || device.addresses().isEmpty());
    if (!unknown) {
      return machine;
    }
    List<Interface> devices = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    devices.add(device("lo", 1, Interface.TYPE_LOOPBACK, List.of("127.0.0.1/8", "::1/128")));
    int number = 1;
    for (String name : names(machine)) {
      List<String> own =
          List.of("192.0." + (1 + number) + ".1/24", "2001:db8:" + number + "::1/64");
      devices.add(device(name, number + 1, Interface.TYPE_ETHERNET, own));
      for (String text : own) {
        Prefix prefix = Prefix.of(text);
        routes.add(route(prefix, Route.Type.UNICAST, Route.TABLE_MAIN, name));
        routes.add(route(prefix.address().toPrefix(), Route.Type.LOCAL, Route.TABLE_LOCAL, name));
      }
      number++;
    }
    String out = devices.get(1).name();
    for (IpVersion version : IpVersion.values()) {
      routes.add(route(Prefix.all(version), Route.Type.UNICAST, Route.TABLE_MAIN, out));
    }
    Machine with = machine.withInterfaces(devices).withRoutes(routes);
    return machine.missing().contains(CaptureFile.SETTINGS)
        ? with.with(forwarding(machine.settings()))
        : with;
  }

  /** The network with the machine's stand-ins, and somebody silent at the far end of each. */
  public static Network in(Network network, Machine with) {
    Map<String, Machine> machines = new LinkedHashMap<>(network.machines());
    machines.put(with.name(), with);
    List<Link> links = new ArrayList<>(network.links());
    for (Interface device : with.interfaces()) {
      if (!device.isLoopback()) {
        String name = "beyond " + with.name() + ":" + device.name();
        machines.put(name, silent(name));
        links.add(
            new Link(
                List.of(new Link.End(with.name(), device.name()), new Link.End(name, FAR_END)),
                Link.Origin.ASSUMED));
      }
    }
    return new Network(machines, links);
  }

  private static Machine silent(String name) {
    return new Machine(
        name,
        List.of(device(FAR_END, 2, Interface.TYPE_ETHERNET, List.of())),
        List.of(),
        List.of(),
        List.of(),
        Settings.DEFAULTS,
        Ruleset.EMPTY,
        Map.of(),
        Optional.empty(),
        List.of(),
        Set.of(),
        Optional.of(new Machine.External(true, false, false, true)));
  }

  private static Settings forwarding(Settings known) {
    Map<String, Settings.Entry> all = new HashMap<>(known.entries());
    for (String name : List.of("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")) {
      all.put(name, new Settings.Entry("1", Source.NONE));
    }
    return new Settings(all);
  }

  /** Names that rules have, in their order; eth0 and eth1 where they name too few. */
  private static Set<String> names(Machine machine) {
    Map<String, Boolean> found = new LinkedHashMap<>();
    machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .takeWhile(rule -> found.size() < MOST)
        .flatMap(rule -> rule.statements().stream())
        .filter(Match.class::isInstance)
        .flatMap(match -> DeviceTest.of((Match) match).stream())
        .filter(test -> !test.byGroup())
        .flatMap(test -> test.wanted().stream())
        .map(name -> name.replace("*", "0"))
        .filter(name -> !name.isEmpty() && !name.equals("lo") && !name.equals("0"))
        .forEach(name -> found.put(name, true));
    Set<String> names = new LinkedHashSet<>();
    found.keySet().stream().limit(MOST).forEach(names::add);
    for (String usual : List.of("eth0", "eth1")) {
      if (names.size() < 2) {
        names.add(usual);
      }
    }
    return names;
  }

  private static Interface device(String name, int index, int type, List<String> addresses) {
    return new Interface(
        name,
        index,
        true,
        true,
        1500,
        0,
        "",
        type,
        Optional.empty(),
        Optional.empty(),
        addresses.stream()
            .map(
                text ->
                    new Interface.Address(
                        Prefix.of(text),
                        Optional.empty(),
                        Optional.empty(),
                        type == Interface.TYPE_LOOPBACK
                            ? Interface.Scope.HOST
                            : Interface.Scope.GLOBAL,
                        false,
                        true))
            .toList(),
        Source.NONE);
  }

  private static Route route(Prefix to, Route.Type type, int table, String device) {
    return new Route(
        to,
        type,
        table,
        0,
        List.of(new Route.Hop(Optional.empty(), device, false, 1, false)),
        Optional.empty(),
        type == Route.Type.LOCAL ? Interface.Scope.HOST : Interface.Scope.LINK,
        0,
        java.util.OptionalLong.empty(),
        Source.NONE);
  }
}
