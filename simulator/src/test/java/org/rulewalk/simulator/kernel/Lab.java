package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * A small network for tests: client 10.0.1.2 — router 10.0.1.1 and 10.0.2.1 — server 10.0.2.2,
 * which listens on TCP 80 and UDP 53.
 */
final class Lab {
  static final IpAddress CLIENT = IpAddress.of("10.0.1.2");
  static final IpAddress ROUTER_NEAR = IpAddress.of("10.0.1.1");
  static final IpAddress ROUTER_FAR = IpAddress.of("10.0.2.1");
  static final IpAddress SERVER = IpAddress.of("10.0.2.2");

  private final Map<String, List<Table>> tables = new HashMap<>();
  private final Map<String, Map<String, String>> settings = new HashMap<>();
  private boolean serverHasDefaultRoute = true;

  /** Tables of a machine. */
  Lab rules(String machine, Table... added) {
    tables.computeIfAbsent(machine, unused -> new ArrayList<>()).addAll(List.of(added));
    return this;
  }

  /** A setting of a machine. */
  Lab set(String machine, String name, String value) {
    settings.computeIfAbsent(machine, unused -> new HashMap<>()).put(name, value);
    return this;
  }

  Lab withoutWayBack() {
    serverHasDefaultRoute = false;
    return this;
  }

  Simulator simulator() {
    return new Simulator(network());
  }

  Network network() {
    Map<String, Machine> machines = new LinkedHashMap<>();
    machines.put(
        "client",
        machine("client", List.of(device("eth0", 2, "10.0.1.2/24")), "10.0.1.1", List.of()));
    machines.put(
        "router",
        machine(
            "router",
            List.of(device("left", 2, "10.0.1.1/24"), device("right", 3, "10.0.2.1/24")),
            "",
            List.of()));
    machines.put(
        "server",
        machine(
            "server",
            List.of(device("eth0", 2, "10.0.2.2/24")),
            serverHasDefaultRoute ? "10.0.2.1" : "",
            List.of(listener(6, 80), listener(17, 53))));
    return new Network(
        machines, List.of(link("client:eth0", "router:left"), link("router:right", "server:eth0")));
  }

  private static Listener listener(int protocol, int port) {
    return new Listener(
        protocol,
        Optional.empty(),
        false,
        IpVersion.IPV4,
        port,
        Optional.empty(),
        "test",
        Source.NONE);
  }

  private static Link link(String a, String b) {
    return new Link(List.of(end(a), end(b)), Link.Origin.DECLARED);
  }

  private static Link.End end(String text) {
    int colon = text.indexOf(':');
    return new Link.End(text.substring(0, colon), text.substring(colon + 1));
  }

  private static Interface device(String name, int index, String address) {
    Prefix prefix = Prefix.of(address);
    Interface.Address own =
        new Interface.Address(
            prefix,
            Optional.empty(),
            Optional.of(prefix.last()),
            Interface.Scope.GLOBAL,
            false,
            true);
    return new Interface(
        name,
        index,
        true,
        true,
        1500,
        0,
        "veth",
        Interface.TYPE_ETHERNET,
        Optional.empty(),
        Optional.empty(),
        List.of(own),
        Source.NONE);
  }

  private Machine machine(
      String name, List<Interface> own, String gateway, List<Listener> listeners) {
    List<Interface> devices = new ArrayList<>();
    devices.add(loopback());
    devices.addAll(own);
    List<Route> routes = new ArrayList<>();
    routes.add(route("127.0.0.0/8", Route.Type.LOCAL, Route.TABLE_LOCAL, "lo", ""));
    for (Interface device : own) {
      Prefix prefix = device.addresses().get(0).prefix();
      routes.add(
          route(
              prefix.address().toString(), Route.Type.LOCAL, Route.TABLE_LOCAL, device.name(), ""));
      routes.add(
          route(
              prefix.last().toString(),
              Route.Type.BROADCAST,
              Route.TABLE_LOCAL,
              device.name(),
              ""));
      String subnet = prefix.first() + "/" + prefix.length();
      routes.add(route(subnet, Route.Type.UNICAST, Route.TABLE_MAIN, device.name(), ""));
    }
    if (!gateway.isEmpty()) {
      routes.add(
          route("0.0.0.0/0", Route.Type.UNICAST, Route.TABLE_MAIN, own.get(0).name(), gateway));
    }
    return new Machine(
        name,
        devices,
        routes,
        standardRules(),
        List.of(),
        settingsOf(name),
        new Ruleset(tables.getOrDefault(name, List.of())),
        Map.of(),
        Optional.of(listeners),
        List.of(),
        Set.of(),
        Optional.empty());
  }

  private static Interface loopback() {
    Interface.Address own =
        new Interface.Address(
            Prefix.of("127.0.0.1/8"),
            Optional.empty(),
            Optional.empty(),
            Interface.Scope.HOST,
            false,
            true);
    return new Interface(
        "lo",
        1,
        true,
        true,
        65536,
        0,
        "",
        Interface.TYPE_LOOPBACK,
        Optional.empty(),
        Optional.empty(),
        List.of(own),
        Source.NONE);
  }

  private static Route route(String to, Route.Type type, int table, String device, String gateway) {
    Optional<IpAddress> via = gateway.isEmpty() ? Optional.empty() : IpAddress.parse(gateway);
    return new Route(
        Prefix.of(to),
        type,
        table,
        0,
        List.of(new Route.Hop(via, device, false, 1, false)),
        Optional.empty(),
        Interface.Scope.GLOBAL,
        0,
        OptionalLong.empty(),
        Source.NONE);
  }

  private static List<RoutingRule> standardRules() {
    return List.of(
        RoutingRule.lookup(IpVersion.IPV4, 0, Route.TABLE_LOCAL),
        RoutingRule.lookup(IpVersion.IPV4, 32766, Route.TABLE_MAIN),
        RoutingRule.lookup(IpVersion.IPV4, 32767, Route.TABLE_DEFAULT));
  }

  private Settings settingsOf(String machine) {
    Map<String, Settings.Entry> entries = new HashMap<>();
    if (machine.equals("router")) {
      entries.put("net.ipv4.ip_forward", new Settings.Entry("1", Source.NONE));
    }
    settings
        .getOrDefault(machine, Map.of())
        .forEach((name, value) -> entries.put(name, new Settings.Entry(value, Source.NONE)));
    return new Settings(entries);
  }

  /** A table of iptables' family with one base chain. */
  static Table table(String name, Chain... chains) {
    return new Table(
        Family.IP,
        name,
        Table.Tool.NFT,
        List.of(chains),
        Map.of(),
        List.of(),
        false,
        "",
        Source.NONE);
  }

  /** A base chain of rules made of these statements, one rule a list. */
  @SafeVarargs
  static Chain chain(
      String name,
      Chain.Type type,
      Hook hook,
      int priority,
      Verdict.Simple policy,
      List<Statement>... rules) {
    List<Rule> numbered = new ArrayList<>();
    for (List<Statement> statements : rules) {
      numbered.add(
          new Rule(
              numbered.size() + 1,
              statements,
              OptionalLong.empty(),
              "",
              Optional.empty(),
              Source.NONE,
              Optional.empty()));
    }
    return new Chain.Base(
        name,
        numbered,
        type,
        hook,
        new Chain.Priority(priority, String.valueOf(priority)),
        policy,
        List.of(),
        Optional.empty(),
        "",
        Source.NONE,
        Source.NONE,
        -1);
  }

  static Probe tcp(String machine, IpAddress to, int port) {
    return new Probe.Connect(machine, to, 6, port, OptionalInt.empty());
  }

  static Probe udp(String machine, IpAddress to, int port) {
    return new Probe.Connect(machine, to, 17, port, OptionalInt.empty());
  }

  static Probe ping(String machine, IpAddress to) {
    return new Probe.Connect(machine, to, 1, 0, OptionalInt.empty());
  }
}
