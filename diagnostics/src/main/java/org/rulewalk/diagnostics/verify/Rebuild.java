package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/** Says, for the kernel lab, how to build the machines of a capture again. */
final class Rebuild {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long FIRST_MAC = 0x02_00_5e_00_00_01L;
  private static final Set<String> LISTED_ONLY = Set.of("linkdown", "dead");
  private static final Set<String> LISTED_WITH_VALUE = Set.of("pref", "expires", "error", "table");

  private final Capture capture;
  private final Network network;
  private final Set<String> notRebuilt = new LinkedHashSet<>();
  private final Map<Link.End, MacAddress> joined = new LinkedHashMap<>();

  Rebuild(Capture capture) {
    this.capture = capture;
    this.network = capture.network();
  }

  /** What can't be built again, each thing once, in words. */
  List<String> notRebuilt() {
    return List.copyOf(notRebuilt);
  }

  /** The interfaces that packets can be put on. */
  Set<Link.End> wired() {
    return Set.copyOf(joined.keySet());
  }

  /** The scenario, but for its probes. */
  ObjectNode scenario() {
    ObjectNode scenario = MAPPER.createObjectNode();
    scenario.put("name", "verify");
    ArrayNode links = scenario.putArray("links");
    network.links().forEach(link -> link(link, links));
    ObjectNode machines = scenario.putObject("machines");
    for (Machine machine : network.machines().values()) {
      machines.set(machine.name(), machine.isExternal() ? external(machine) : captured(machine));
    }
    return scenario;
  }

  private void link(Link link, ArrayNode links) {
    if (link.ends().size() != 2 || link.ends().stream().anyMatch(joined::containsKey)) {
      notRebuilt.add("the link of " + link.ends() + ": not one of two interfaces");
      return;
    }
    link.ends().forEach(end -> joined.put(end, macOf(end)));
    ArrayNode ends = links.addObject().putArray("ends");
    link.ends().forEach(end -> ends.addArray().add(end.machine()).add(end.device()));
  }

  /** As captured, or one that no other interface has. */
  private MacAddress macOf(Link.End end) {
    return network
        .machine(end.machine())
        .flatMap(machine -> machine.find(end.device()))
        .flatMap(Interface::mac)
        .filter(mac -> !mac.isGroup() && mac.value() != 0)
        .orElseGet(() -> new MacAddress(FIRST_MAC + joined.size()));
  }

  /**
   * What the simulator is asked about: the captured network, nothing tracked, and the machines know
   * each other's Ethernet addresses, as those that are rebuilt do.
   */
  Network network() {
    Network result = network;
    for (Machine machine : network.machines().values()) {
      result = result.with(machine.withoutConnections().withNeighbours(known(machine)));
    }
    return result;
  }

  /** Fixed entries, those captured and the far ends of the links; and what it answers for. */
  private List<Neighbour> known(Machine machine) {
    List<Neighbour> known =
        new ArrayList<>(
            machine.neighbours().stream().filter(n -> n.proxy() || n.isPermanent()).toList());
    for (Link link : network.links()) {
      for (Link.End here : link.ends()) {
        for (Link.End far : link.ends()) {
          if (here.machine().equals(machine.name()) && !far.equals(here) && isRebuilt(link)) {
            farEnd(here.device(), far, known);
          }
        }
      }
    }
    return known;
  }

  private boolean isRebuilt(Link link) {
    return link.ends().size() == 2 && joined.keySet().containsAll(link.ends());
  }

  private void farEnd(String device, Link.End far, List<Neighbour> known) {
    List<Interface.Address> addresses =
        network
            .machine(far.machine())
            .flatMap(m -> m.find(far.device()))
            .filter(Interface::up)
            .map(Interface::addresses)
            .orElse(List.of());
    for (Interface.Address address : addresses) {
      IpAddress held = address.prefix().address();
      if (known.stream().noneMatch(n -> n.device().equals(device) && n.address().equals(held))) {
        known.add(
            new Neighbour(
                held, device, Optional.of(joined.get(far)), "PERMANENT", false, Source.NONE));
      }
    }
  }

  private ObjectNode external(Machine machine) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("stub", true);
    node.put("answers", machine.external().map(e -> !e.silent()).orElse(false));
    ArrayNode setup = node.putArray("setup");
    ArrayNode routes = node.putArray("routes");
    for (Interface device : machine.interfaces()) {
      if (!device.isLoopback() && joined.containsKey(new Link.End(machine.name(), device.name()))) {
        String name = quoted(device.name());
        mac(machine, device, setup);
        addresses(device, setup);
        setup.add("ip link set " + name + " up");
      }
    }
    router(machine, routes);
    known(machine).forEach(neighbour -> neighbour(neighbour, routes));
    services(machine, node.putArray("services"));
    return node;
  }

  /** Its way to all that is not on its links. */
  private static void router(Machine machine, ArrayNode routes) {
    for (Route route : machine.routes()) {
      if (route.destination().length() == 0 && !route.hops().isEmpty()) {
        Route.Hop hop = route.hops().get(0);
        boolean six = route.destination().version() == IpVersion.IPV6;
        String via = hop.gateway().map(gateway -> "via " + gateway + " onlink ").orElse("");
        String device = quoted(hop.device());
        routes.add(
            "ip " + (six ? "-6 " : "") + "route add default " + via + "dev " + device + " || true");
      }
    }
  }

  private ObjectNode captured(Machine machine) {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode setup = node.putArray("setup");
    settings(machine, setup);
    for (Interface device : machine.interfaces()) {
      device(machine, device, setup);
    }
    ArrayNode routes = node.putArray("routes");
    machine.routes().forEach(route -> route(machine, route, routes));
    machine.routes().stream().filter(Rebuild::isOfAllGroups).forEach(r -> inItsPlace(r, routes));
    machine.routingRules().forEach(rule -> rule(machine, rule, routes));
    known(machine).forEach(neighbour -> neighbour(neighbour, routes));
    node.set("rulesets", new LoadedRules(capture, machine, notRebuilt).pieces());
    services(machine, node.putArray("services"));
    if (!machine.connections().isEmpty()) {
      notRebuilt.add(
          "connections that " + machine.name() + " was tracking: probes start with none");
    }
    return node;
  }

  private static void settings(Machine machine, ArrayNode setup) {
    Set<String> names = new TreeSet<>(machine.settings().entries().keySet());
    set(machine, names.stream().filter(n -> !n.contains(".conf.")), setup);
    // those of all interfaces change the others: first
    set(machine, names.stream().filter(n -> n.contains(".conf.all.")), setup);
    set(machine, names.stream().filter(n -> n.contains(".conf.default.")), setup);
  }

  private static void set(Machine machine, Stream<String> names, ArrayNode setup) {
    String pairs =
        names
            .map(n -> quoted(n + "=" + machine.settings().find(n).orElseThrow().value().trim()))
            .collect(Collectors.joining(" "));
    if (!pairs.isEmpty()) {
      setup.add("sysctl -qw " + pairs + " 2>/dev/null || true");
    }
  }

  /** A word for the shell: what a capture holds is never a command. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private void device(Machine machine, Interface device, ArrayNode setup) {
    String name = quoted(device.name());
    if (device.isLoopback()) {
      addresses(device, setup);
      return;
    }
    if (!joined.containsKey(new Link.End(machine.name(), device.name()))) {
      setup.add("ip link add " + name + " type dummy");
    } else if (!device.kind().isEmpty() && !device.kind().equals("veth")) {
      notRebuilt.add(
          "the kind of " + machine.name() + ":" + device.name() + " (" + device.kind() + ")");
    }
    mac(machine, device, setup);
    setup.add("ip link set " + name + " mtu " + device.mtuBytes() + " group " + device.group());
    String infix = ".conf." + device.name().replace('.', '/') + ".";
    set(
        machine,
        new TreeSet<>(machine.settings().entries().keySet())
            .stream().filter(n -> n.contains(infix)),
        setup);
    addresses(device, setup);
    if (device.up()) {
      setup.add("ip link set " + name + " up");
    }
  }

  private void mac(Machine machine, Interface device, ArrayNode setup) {
    MacAddress mac = joined.get(new Link.End(machine.name(), device.name()));
    if (mac != null) {
      setup.add("ip link set " + quoted(device.name()) + " address " + mac);
    }
  }

  private static void addresses(Interface device, ArrayNode setup) {
    List<Interface.Address> addresses = new ArrayList<>(device.addresses(IpVersion.IPV4));
    // of IPv6 addresses, the kernel lists the latest first
    List<Interface.Address> latest = new ArrayList<>(device.addresses(IpVersion.IPV6));
    Collections.reverse(latest);
    addresses.addAll(latest);
    for (Interface.Address address : addresses) {
      boolean six = address.prefix().version() == IpVersion.IPV6;
      String peer = address.peer().map(p -> " peer " + p).orElse("");
      setup.add(
          "ip addr add "
              + address.prefix()
              + peer
              + " dev "
              + quoted(device.name())
              + (six ? " nodad" : "")
              + " 2>/dev/null || true");
    }
  }

  private void route(Machine machine, Route route, ArrayNode routes) {
    String text = route.source().text();
    if (text.contains(" proto kernel")) {
      return;
    }
    boolean plain = route.hops().size() <= 1 && !text.isEmpty() && !text.startsWith("{");
    if (!plain) {
      notRebuilt.add("the route " + route.destination() + " of " + machine.name());
      return;
    }
    boolean six = route.destination().version() == IpVersion.IPV6;
    routes.add(
        "ip "
            + (six ? "-6 " : "")
            + "route replace "
            + words(text)
            + " table "
            + route.table()
            + " || true");
  }

  private static boolean isOfAllGroups(Route route) {
    return route.type() == Route.Type.MULTICAST
        && route.destination().version() == IpVersion.IPV6
        && route.hops().size() == 1
        && route.source().text().contains(" proto kernel");
  }

  /**
   * The kernel makes these itself as the links come up; by which of them groups are reached depends
   * on their order.
   */
  private static void inItsPlace(Route route, ArrayNode routes) {
    String what = "multicast " + route.destination() + " dev ";
    what += quoted(route.hops().get(0).device()) + " table " + route.table();
    routes.add("ip -6 route del " + what + " 2>/dev/null || true");
    routes.add(
        "ip -6 route append " + what + " proto kernel metric " + route.metric() + " || true");
  }

  /** A listed line without what only listings say. */
  private static String words(String text) {
    List<String> kept = new ArrayList<>();
    String[] words = text.strip().split("\\s+");
    for (int i = 0; i < words.length; i++) {
      if (LISTED_WITH_VALUE.contains(words[i])) {
        i++;
      } else if (!LISTED_ONLY.contains(words[i])) {
        kept.add(quoted(words[i]));
      }
    }
    return String.join(" ", kept);
  }

  private void rule(Machine machine, RoutingRule rule, ArrayNode routes) {
    String text = rule.source().text();
    int colon = text.indexOf(':');
    boolean usual = rule.priority() == 0 || rule.priority() == 32766 || rule.priority() == 32767;
    if (usual) {
      return;
    }
    if (colon < 0 || !rule.understood()) {
      notRebuilt.add("the routing rule " + rule.priority() + " of " + machine.name());
      return;
    }
    String version = rule.version() == IpVersion.IPV6 ? "-6 " : "";
    List<String> words = new ArrayList<>();
    for (String word : text.substring(colon + 1).strip().split("\\s+")) {
      words.add(word.equals("[detached]") ? "" : quoted(word));
    }
    routes.add(
        "ip "
            + version
            + "rule add pref "
            + rule.priority()
            + " "
            + String.join(" ", words)
            + " || true");
  }

  private static void neighbour(Neighbour neighbour, ArrayNode routes) {
    String where = neighbour.address() + " dev " + quoted(neighbour.device());
    if (neighbour.proxy()) {
      routes.add("ip neigh add proxy " + where + " || true");
    } else {
      neighbour
          .mac()
          .ifPresent(
              mac -> routes.add("ip neigh replace " + where + " lladdr " + mac + " || true"));
    }
  }

  private static void services(Machine machine, ArrayNode services) {
    for (Listener listener : machine.listeners().orElse(List.of())) {
      boolean known = listener.protocol() == Protocol.TCP || listener.protocol() == Protocol.UDP;
      if (known && listener.port() > 0) {
        String any = listener.version() == IpVersion.IPV6 ? "::" : "0.0.0.0";
        services
            .addObject()
            .put("proto", listener.protocol() == Protocol.TCP ? "tcp" : "udp")
            .put("port", listener.port())
            .put("address", listener.address().map(Object::toString).orElse(any));
      }
    }
  }

  /** A scenario as the lab reads it. */
  static byte[] bytes(ObjectNode scenario) {
    return scenario.toString().getBytes(StandardCharsets.UTF_8);
  }
}
