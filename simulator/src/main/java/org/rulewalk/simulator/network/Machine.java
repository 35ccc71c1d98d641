package org.rulewalk.simulator.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpAddress;

/**
 * One Linux with its own interfaces, routes and rules: a captured one, or an external one of which
 * just addresses and services are known.
 *
 * @param routes of all tables and both versions
 * @param routingRules of both versions, in order
 * @param ipsets by name
 * @param listeners what waits for packets; empty if the capture does not tell
 * @param connections what was tracked when captured
 * @param missing files that the capture lacks
 * @param external what is known of a machine that was not captured; empty for captured ones
 */
public record Machine(
    String name,
    List<Interface> interfaces,
    List<Route> routes,
    List<RoutingRule> routingRules,
    List<Neighbour> neighbours,
    Settings settings,
    Ruleset ruleset,
    Map<String, IpSet> ipsets,
    Optional<List<Listener>> listeners,
    List<TrackedConnection> connections,
    Set<CaptureFile> missing,
    Optional<External> external) {
  /** Keeps copies. */
  public Machine {
    interfaces = List.copyOf(interfaces);
    routes = List.copyOf(routes);
    routingRules = List.copyOf(routingRules);
    neighbours = List.copyOf(neighbours);
    ipsets = Map.copyOf(ipsets);
    connections = List.copyOf(connections);
    missing = Set.copyOf(missing);
  }

  /**
   * What is known of a machine that was not captured.
   *
   * @param silent whether it answers nothing at all
   * @param answersPing whether it answers pings
   * @param servicesKnown whether its services were listed, so that other ports are closed
   * @param anyAddress whether it stands for every address beyond its link, not just those of its
   *     interfaces
   */
  public record External(
      boolean silent, boolean answersPing, boolean servicesKnown, boolean anyAddress) {}

  /** The interface with this name. */
  public Optional<Interface> find(String interfaceName) {
    for (Interface candidate : interfaces) {
      if (candidate.name().equals(interfaceName)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Whether one of its interfaces holds the address. */
  public boolean has(IpAddress address) {
    for (Interface device : interfaces) {
      if (device.has(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it stands at the edge of the capture. */
  public boolean isExternal() {
    return external.isPresent();
  }

  /** The same with other rules. */
  public Machine with(Ruleset other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        settings,
        other,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other settings. */
  public Machine with(Settings other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        other,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other interfaces. */
  public Machine withInterfaces(List<Interface> other) {
    return new Machine(
        name,
        other,
        routes,
        routingRules,
        neighbours,
        settings,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other routes. */
  public Machine withRoutes(List<Route> other) {
    return new Machine(
        name,
        interfaces,
        other,
        routingRules,
        neighbours,
        settings,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other routing rules. */
  public Machine withRoutingRules(List<RoutingRule> other) {
    return new Machine(
        name,
        interfaces,
        routes,
        other,
        neighbours,
        settings,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with nothing tracked. */
  public Machine withoutConnections() {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        settings,
        ruleset,
        ipsets,
        listeners,
        List.of(),
        missing,
        external);
  }

  /** The same with other neighbours. */
  public Machine withNeighbours(List<Neighbour> other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        other,
        settings,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other sockets. */
  public Machine withListeners(List<Listener> other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        settings,
        ruleset,
        ipsets,
        Optional.of(other),
        connections,
        missing,
        external);
  }

  /** The same with other ipsets. */
  public Machine withIpsets(Map<String, IpSet> other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        settings,
        ruleset,
        other,
        listeners,
        connections,
        missing,
        external);
  }

  /** The same with other tracked connections. */
  public Machine withConnections(List<TrackedConnection> other) {
    return new Machine(
        name,
        interfaces,
        routes,
        routingRules,
        neighbours,
        settings,
        ruleset,
        ipsets,
        listeners,
        other,
        missing,
        external);
  }
}
