package org.rulewalk.diagnostics.expose;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;

/**
 * The machines from where the world comes in to the VM with the service.
 *
 * @param stops the first is the entry, the last the VM; it may be one machine
 * @param found whether the entry's interface was found out, and not said
 * @param others interfaces of the entry by which the world may come in too
 */
public record Way(List<Stop> stops, boolean found, List<String> others) {
  /** Keeps copies. */
  public Way {
    stops = List.copyOf(stops);
    others = List.copyOf(others);
  }

  /**
   * A machine as packets find it.
   *
   * @param device the interface by which they come in
   * @param address the address there to which they are sent
   * @param port the port for which they ask there
   * @param fixed whether PedOS gives that address and it stays; it may be another tomorrow if not
   */
  public record Stop(String machine, String device, IpAddress address, int port, boolean fixed) {}

  /** Where the world comes in. */
  public Stop entry() {
    return stops.get(0);
  }

  /** The VM with the service. */
  public Stop end() {
    return stops.get(stops.size() - 1);
  }

  /**
   * Finds it.
   *
   * @throws IllegalArgumentException if there is none, or what was said names nothing
   */
  static Way find(Network network, Topology topology, Wish wish) {
    Machine to = captured(network, wish.to(), "");
    Machine entry =
        wish.on()
            .map(name -> captured(network, name, "--on "))
            .orElseGet(() -> entry(network, topology, to));
    List<Link.End> inwards = inwards(network, entry.name(), to.name());
    List<Interface> ways = devices(network, entry, wish, inwards);
    Interface device =
        wish.device()
            .map(name -> named(entry, name, wish))
            .orElseGet(
                () ->
                    ways.stream()
                        .findFirst()
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "no interface of "
                                        + entry.name()
                                        + " leads out of the capture with an address of "
                                        + words(wish)
                                        + "; name one: --on "
                                        + entry.name()
                                        + ":INTERFACE")));
    if (inwards.isEmpty() && wish.outsidePort() != wish.service().port()) {
      throw new IllegalArgumentException(
          "the service is on "
              + entry.name()
              + " itself, so it is reached at its own port; leave out --port");
    }
    List<Stop> stops = new ArrayList<>();
    stops.add(
        stop(
            network,
            new Link.End(entry.name(), device.name()),
            wish,
            inwards.isEmpty(),
            isOfCaptured(network, entry.name(), device.name())));
    for (int i = 0; i < inwards.size(); i++) {
      stops.add(stop(network, inwards.get(i), wish, i == inwards.size() - 1, true));
    }
    return new Way(
        stops,
        wish.device().isEmpty(),
        ways.stream()
            .map(Interface::name)
            .filter(name -> !name.equals(device.name()))
            .filter(name -> !isOfCaptured(network, entry.name(), name))
            .toList());
  }

  private static String words(Wish wish) {
    return wish.version() == org.rulewalk.simulator.value.IpVersion.IPV4 ? "IPv4" : "IPv6";
  }

  private static Machine captured(Network network, String name, String option) {
    return network
        .machine(name)
        .filter(machine -> !machine.isExternal())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    option
                        + "\""
                        + name
                        + "\" is no captured machine; there are: "
                        + String.join(
                            ", ",
                            network.machines().values().stream()
                                .filter(m -> !m.isExternal())
                                .map(Machine::name)
                                .toList())));
  }

  private static Interface named(Machine machine, String name, Wish wish) {
    Interface device =
        machine
            .find(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        machine.name()
                            + " has no interface \""
                            + name
                            + "\"; it has: "
                            + String.join(
                                ", ",
                                machine.interfaces().stream().map(Interface::name).toList())));
    if (address(device, wish).isEmpty()) {
      throw new IllegalArgumentException(
          machine.name() + ":" + name + " has no " + words(wish) + " address in the capture");
    }
    return device;
  }

  /** The last captured machine on the way up, or else one with a way out from which VM is found. */
  private static Machine entry(Network network, Topology topology, Machine to) {
    List<String> up = topology.upwards(to.name());
    List<Machine> above = up.stream().map(network::machine).flatMap(Optional::stream).toList();
    if (above.size() > 1) {
      return above.get(above.size() - 1);
    }
    return network.machines().values().stream()
        .filter(machine -> !machine.isExternal() && !machine.equals(to))
        .filter(machine -> !Devices.uplinks(network, machine).isEmpty())
        .filter(machine -> route(network, machine.name(), to.name()).isPresent())
        .findFirst()
        .orElse(to);
  }

  /** The interfaces by which packets come in behind the entry, in order. */
  private static List<Link.End> inwards(Network network, String from, String to) {
    return route(network, from, to)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the capture shows no way from "
                        + from
                        + " to "
                        + to
                        + ": they are joined by no machines that were captured"));
  }

  private static Optional<List<Link.End>> route(Network network, String from, String to) {
    Map<String, Link.End> reached = new HashMap<>();
    Map<String, String> before = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      String here = open.remove();
      for (Link link : network.links()) {
        if (link.ends().stream().noneMatch(end -> end.machine().equals(here))) {
          continue;
        }
        for (Link.End end : link.ends()) {
          boolean known = end.machine().equals(from) || reached.containsKey(end.machine());
          boolean captured = network.machine(end.machine()).map(m -> !m.isExternal()).orElse(false);
          if (!known && captured) {
            reached.put(end.machine(), end);
            before.put(end.machine(), here);
            open.add(end.machine());
          }
        }
      }
    }
    if (!from.equals(to) && !reached.containsKey(to)) {
      return Optional.empty();
    }
    List<Link.End> ends = new ArrayList<>();
    for (String at = to; !at.equals(from); at = before.get(at)) {
      ends.add(reached.get(at));
    }
    Collections.reverse(ends);
    return Optional.of(ends);
  }

  /** Those by which the world may come in, the likeliest first. */
  private static List<Interface> devices(
      Network network, Machine entry, Wish wish, List<Link.End> inwards) {
    List<Interface> ways = new ArrayList<>();
    for (Interface device : Devices.uplinks(network, entry)) {
      boolean inside =
          !inwards.isEmpty()
              && network.peers(new Link.End(entry.name(), device.name())).contains(inwards.get(0));
      if (!inside && address(device, wish).isPresent()) {
        ways.add(device);
      }
    }
    ways.sort(
        java.util.Comparator.comparing(
                (Interface device) -> isOfCaptured(network, entry.name(), device.name()))
            .thenComparing(device -> !isNear(device, wish))
            .thenComparing(device -> !device.up())
            .thenComparing(device -> !isDefault(entry, device)));
    return ways;
  }

  private static boolean isNear(Interface device, Wish wish) {
    return wish.senders().isPresent()
        && device.addresses(wish.version()).stream()
            .anyMatch(
                a ->
                    a.prefix().contains(wish.from().first())
                        || wish.from().contains(a.prefix().first()));
  }

  private static boolean isDefault(Machine machine, Interface device) {
    return machine.routes().stream()
        .filter(r -> r.destination().length() == 0 && r.type() == Route.Type.UNICAST)
        .anyMatch(r -> r.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
  }

  private static boolean isOfCaptured(Network network, String machine, String device) {
    return network.peers(new Link.End(machine, device)).stream()
        .anyMatch(end -> network.machine(end.machine()).map(m -> !m.isExternal()).orElse(false));
  }

  private static Optional<IpAddress> address(Interface device, Wish wish) {
    return device.addresses(wish.version()).stream()
        .filter(Interface.Address::usable)
        .map(a -> a.prefix().address())
        .filter(a -> !a.isLinkLocal())
        .findFirst();
  }

  private static Stop stop(Network network, Link.End end, Wish wish, boolean last, boolean fixed) {
    IpAddress address =
        network
            .machine(end.machine())
            .flatMap(m -> m.find(end.device()))
            .flatMap(device -> address(device, wish))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        end + " has no " + words(wish) + " address in the capture"));
    int port = last ? wish.service().port() : wish.outsidePort();
    return new Stop(end.machine(), end.device(), address, port, fixed);
  }
}
