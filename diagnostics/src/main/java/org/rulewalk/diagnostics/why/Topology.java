package org.rulewalk.diagnostics.why;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Which way machines are joined, whatever their routes say. */
final class Topology {
  private final Network network;

  Topology(Network network) {
    this.network = network;
  }

  /**
   * The first step of the shortest way to whoever holds an address.
   *
   * @param device the interface to leave by
   * @param peer the next machine and its interface
   */
  record Hop(String device, Link.End peer) {}

  private record Reached(String machine, Optional<Hop> first) {}

  /** The way to an address that some machine of the network holds. */
  Optional<Hop> toHolder(String from, IpAddress address) {
    return search(from, machine -> machine.has(address));
  }

  /** The way out of what was captured, for addresses that nobody of it holds. */
  Optional<Hop> toOutside(String from) {
    return search(from, Machine::isExternal);
  }

  /** Machines that were not captured pass nothing on, as far as anybody knows. */
  private Optional<Hop> search(String from, Predicate<Machine> goal) {
    Deque<Reached> waiting = new ArrayDeque<>(List.of(new Reached(from, Optional.empty())));
    Set<String> seen = new HashSet<>(Set.of(from));
    while (!waiting.isEmpty()) {
      Reached reached = waiting.remove();
      for (Hop hop : hops(reached.machine())) {
        Machine next = network.machine(hop.peer().machine()).orElseThrow();
        if (!seen.add(next.name())) {
          continue;
        }
        Hop first = reached.first().orElse(hop);
        if (goal.test(next)) {
          return Optional.of(first);
        }
        if (!next.isExternal()) {
          waiting.add(new Reached(next.name(), Optional.of(first)));
        }
      }
    }
    return Optional.empty();
  }

  private List<Hop> hops(String machine) {
    List<Hop> hops = new ArrayList<>();
    for (Link link : network.links()) {
      for (Link.End end : link.ends()) {
        if (end.machine().equals(machine)) {
          network.peers(end).stream()
              .filter(peer -> network.machine(peer.machine()).isPresent())
              .forEach(peer -> hops.add(new Hop(end.device(), peer)));
        }
      }
    }
    return hops;
  }

  /** The address by which a neighbour is asked to pass packets on. */
  Optional<IpAddress> gateway(Link.End peer, IpVersion version) {
    List<IpAddress> addresses =
        network.machine(peer.machine()).flatMap(m -> m.find(peer.device())).stream()
            .flatMap(device -> device.addresses(version).stream())
            .filter(Interface.Address::usable)
            .map(address -> address.prefix().address())
            .toList();
    return addresses.stream()
        .filter(address -> !address.isLinkLocal())
        .findFirst()
        .or(() -> addresses.stream().findFirst());
  }
}
