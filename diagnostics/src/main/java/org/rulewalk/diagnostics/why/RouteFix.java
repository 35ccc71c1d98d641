package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** Routes for one address on a machine that has none, a wrong one, or one that leads nowhere. */
final class RouteFix {
  private static final long METRIC_IPV6 = 1024;

  private final Network network;
  private final Machine machine;
  private final IpAddress destination;
  private final Optional<Lookup.Failed> failed;

  /**
   * For a machine that has to pass on to an address.
   *
   * @param failed what its routing tables said; empty if they had a way, but a wrong one
   */
  RouteFix(
      Network network, Machine machine, IpAddress destination, Optional<Lookup.Failed> failed) {
    this.network = network;
    this.machine = machine;
    this.destination = destination;
    this.failed = failed;
  }

  List<Fix> candidates() {
    Topology topology = new Topology(network);
    Optional<Topology.Hop> way =
        topology.toHolder(machine.name(), destination).or(() -> topology.toOutside(machine.name()));
    List<Fix> fixes = new ArrayList<>();
    way.ifPresent(hop -> fixes.addAll(LinkFix.candidates(network, hop)));
    otherwise().ifPresent(hop -> fixes.add(fix(hop)));
    way.flatMap(hop -> hop(topology, hop)).ifPresent(hop -> fixes.add(fix(hop)));
    return fixes;
  }

  /** Where the packet would go without the route that leads nowhere. */
  private Optional<Route.Hop> otherwise() {
    Optional<Route> blocking = failed.flatMap(Lookup.Failed::route);
    if (blocking.isEmpty()) {
      return Optional.empty();
    }
    List<Route> others =
        machine.routes().stream().filter(route -> !route.equals(blocking.get())).toList();
    Lookup lookup = new Router(machine.withRoutes(others)).fib().lookup(Flow.to(destination));
    return lookup instanceof Lookup.Found
        ? Optional.of(((Lookup.Found) lookup).hop())
        : Optional.empty();
  }

  private Optional<Route.Hop> hop(Topology topology, Topology.Hop way) {
    boolean there =
        network
            .machine(way.peer().machine())
            .flatMap(peer -> peer.find(way.peer().device()))
            .map(device -> device.has(destination))
            .orElse(false);
    if (there) {
      return Optional.of(new Route.Hop(Optional.empty(), way.device(), false, 1, false));
    }
    return topology
        .gateway(way.peer(), destination.version())
        .map(
            gateway ->
                new Route.Hop(
                    Optional.of(gateway), way.device(), !isOnLink(gateway, way), 1, false));
  }

  private boolean isOnLink(IpAddress gateway, Topology.Hop way) {
    return gateway.isLinkLocal()
        || machine.routes().stream()
            .filter(route -> route.type() == Route.Type.UNICAST)
            .filter(route -> route.destination().contains(gateway))
            .flatMap(route -> route.hops().stream())
            .anyMatch(hop -> hop.gateway().isEmpty() && hop.device().equals(way.device()));
  }

  private Fix fix(Route.Hop hop) {
    boolean v6 = destination.version() == IpVersion.IPV6;
    Prefix prefix = destination.toPrefix();
    int table = failed.flatMap(Lookup.Failed::route).map(Route::table).orElse(Route.TABLE_MAIN);
    Optional<RoutingRule> rule =
        failed
            .flatMap(Lookup.Failed::rule)
            .filter(r -> r.action() != RoutingRule.Action.LOOKUP && r.priority() > 0);
    Route route =
        new Route(
            prefix,
            Route.Type.UNICAST,
            table,
            v6 ? METRIC_IPV6 : 0,
            List.of(hop),
            Optional.empty(),
            hop.gateway().isPresent() || v6 ? Interface.Scope.GLOBAL : Interface.Scope.LINK,
            0,
            OptionalLong.empty(),
            Source.NONE);
    List<String> commands = new ArrayList<>();
    rule.ifPresent(
        r ->
            commands.add(
                "ip"
                    + (v6 ? " -6" : "")
                    + " rule add pref "
                    + (r.priority() - 1)
                    + " to "
                    + prefix
                    + " lookup main"));
    Optional<Route> inTheWay = sameDestination(route);
    inTheWay.ifPresent(
        r ->
            commands.add(
                "ip"
                    + (v6 ? " -6" : "")
                    + " route del "
                    + (r.type() == Route.Type.UNICAST
                        ? ""
                        : r.type().name().toLowerCase(java.util.Locale.ROOT) + " ")
                    + prefix
                    + table(table)));
    boolean isThere = rule.isPresent() && hasWay();
    if (!isThere) {
      commands.add(command(route, hop, v6));
    }
    String file = Kept.script(machine);
    UnaryOperator<Network> change =
        before -> changed(before, rule, isThere ? Optional.empty() : Optional.of(route), inTheWay);
    return new Fix(
        machine.name(),
        commands,
        file,
        !file.isEmpty(),
        "tells " + machine.name() + " the way to " + destination,
        machine.name() + " sends all packets to " + destination + " by " + hop.device(),
        change);
  }

  private static String command(Route route, Route.Hop hop, boolean v6) {
    return "ip"
        + (v6 ? " -6" : "")
        + " route add "
        + route.destination()
        + hop.gateway().map(gateway -> " via " + gateway).orElse("")
        + " dev "
        + ShellWord.of(hop.device())
        + (hop.onlink() ? " onlink" : "")
        + table(route.table());
  }

  private static String table(int table) {
    return table == Route.TABLE_MAIN ? "" : " table " + table;
  }

  /** Whether the main table knows a way, and only a rule keeps the packet from it. */
  private boolean hasWay() {
    List<RoutingRule> plain =
        List.of(RoutingRule.lookup(destination.version(), 1, Route.TABLE_MAIN));
    Lookup lookup = new Router(machine.withRoutingRules(plain)).fib().lookup(Flow.to(destination));
    return lookup instanceof Lookup.Found;
  }

  private Optional<Route> sameDestination(Route route) {
    return machine.routes().stream()
        .filter(r -> r.table() == route.table() && r.destination().equals(route.destination()))
        .findFirst();
  }

  private Network changed(
      Network before, Optional<RoutingRule> rule, Optional<Route> route, Optional<Route> gone) {
    Machine machineBefore = before.machine(machine.name()).orElseThrow();
    List<Route> routes = new ArrayList<>(machineBefore.routes());
    gone.ifPresent(routes::remove);
    route.ifPresent(routes::add);
    List<RoutingRule> rules = new ArrayList<>(machineBefore.routingRules());
    rule.ifPresent(
        r ->
            rules.add(
                rules.indexOf(r),
                new RoutingRule(
                    destination.version(),
                    r.priority() - 1,
                    false,
                    Optional.empty(),
                    Optional.of(destination.toPrefix()),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    0,
                    0,
                    java.util.OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    RoutingRule.Action.LOOKUP,
                    Route.TABLE_MAIN,
                    0,
                    -1,
                    true,
                    Source.NONE)));
    return before.with(machineBefore.withRoutes(routes).withRoutingRules(rules));
  }
}
