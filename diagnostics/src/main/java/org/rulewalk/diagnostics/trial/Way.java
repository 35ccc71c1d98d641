package org.rulewalk.diagnostics.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.value.IpAddress;

/**
 * The captured machines that a packet meets by routing alone, whatever rules say.
 *
 * @param machines in order, the one that sends first
 * @param end what is there
 * @param device the interface by which it left the last machine; empty if it is for that machine
 */
public record Way(List<String> machines, End end, String device) {
  private static final int MOST_HOPS = 16;

  /** Keeps a copy. */
  public Way {
    machines = List.copyOf(machines);
  }

  /** How a way ends. */
  public enum End {
    /** At the machine that has the address. */
    THERE,
    /** It leaves what was captured, by a default route. */
    OUT,
    /** It leaves what was captured, by a route for that address. */
    BEHIND,
    /** Nobody on the last link has the address. */
    NOBODY,
    /** The last machine has no route. */
    NO_ROUTE,
    /** Round in circles, or further than is followed. */
    UNKNOWN
  }

  /** The way from a machine to an address, for packets from a source. */
  public static Way of(Network network, Machine from, IpAddress source, IpAddress to) {
    List<String> names = new ArrayList<>();
    Machine at = from;
    String in = Flow.LOOPBACK;
    while (names.size() < MOST_HOPS && !names.contains(at.name())) {
      names.add(at.name());
      if (at.has(to)) {
        return new Way(names, End.THERE, "");
      }
      Departure way = new Router(at).depart(Flow.to(to).withSource(source).withIncoming(in), true);
      if (!(way instanceof Departure.Leave)) {
        return new Way(names, End.NO_ROUTE, "");
      }
      Departure.Leave leave = (Departure.Leave) way;
      IpAddress next = leave.gateway().orElse(to);
      List<Link.End> peers = network.peers(new Link.End(at.name(), leave.device()));
      Optional<Link.End> hop =
          peers.stream()
              .filter(e -> network.machine(e.machine()).map(m -> m.has(next)).orElse(false))
              .findFirst();
      boolean known =
          !peers.isEmpty() && peers.stream().allMatch(e -> answersOnlyForItself(network, e, next));
      if (hop.isEmpty() || network.machine(hop.get().machine()).orElseThrow().isExternal()) {
        boolean there = hop.isPresent() && leave.gateway().isEmpty();
        boolean byDefault =
            leave.lookup().map(l -> l.route().destination().length() == 0).orElse(false);
        End end = there ? End.THERE : known ? End.NOBODY : byDefault ? End.OUT : End.BEHIND;
        return new Way(names, end, leave.device());
      }
      at = network.machine(hop.get().machine()).orElseThrow();
      in = hop.get().device();
    }
    return new Way(names, End.UNKNOWN, "");
  }

  /** Whether a captured end takes no packets for others' addresses (proxy ARP). */
  private static boolean answersOnlyForItself(Network network, Link.End end, IpAddress asked) {
    return network
        .machine(end.machine())
        .filter(m -> !m.isExternal())
        .map(m -> !m.settings().either(asked.version(), end.device(), "proxy_arp"))
        .orElse(false);
  }
}
