package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Which connections a machine treats alike: those whose addresses and ports no rule, route,
 * interface or neighbour tells apart, before and after translation. For IPv4.
 */
final class Likeness {
  /** The class of connections that are like no other. */
  static final int NONE = -1;

  private static final int MOST_CLASSES = 1 << 16;
  private static final List<Prefix> SPECIAL =
      List.of(
          Prefix.of("0.0.0.0/8"),
          Prefix.of("0.0.0.0/32"),
          Prefix.of("127.0.0.0/8"),
          Prefix.of("127.0.0.1/32"),
          Prefix.of("169.254.0.0/16"),
          Prefix.of("224.0.0.0/4"),
          Prefix.of("224.0.0.0/24"),
          Prefix.of("240.0.0.0/4"),
          Prefix.of("255.255.255.255/32"));

  private final long[] numbers;
  private final boolean known;
  private final Map<List<Integer>, Integer> classes = new HashMap<>();

  Likeness(Network network, Machine machine, Steadiness rules) {
    TreeSet<Long> cuts = new TreeSet<>(rules.cuts());
    SPECIAL.forEach(prefix -> cut(prefix, cuts));
    network.machines().values().forEach(each -> addresses(each, cuts));
    boolean byPorts = false;
    for (RoutingRule rule : machine.routingRules()) {
      rule.from().ifPresent(prefix -> cut(prefix, cuts));
      rule.to().ifPresent(prefix -> cut(prefix, cuts));
      byPorts |= rule.sourcePorts().isPresent() || rule.destinationPorts().isPresent();
    }
    numbers = cuts.stream().mapToLong(Long::longValue).toArray();
    known = rules.isSteady() && rules.comparesOnly() && !byPorts;
  }

  private static void addresses(Machine machine, Set<Long> cuts) {
    for (Route route : machine.routes()) {
      cut(route.destination(), cuts);
      route.preferredSource().ifPresent(address -> cut(address.toPrefix(), cuts));
      route
          .hops()
          .forEach(hop -> hop.gateway().ifPresent(address -> cut(address.toPrefix(), cuts)));
    }
    machine.neighbours().forEach(neighbour -> cut(neighbour.address().toPrefix(), cuts));
    for (Interface device : machine.interfaces()) {
      for (Interface.Address address : device.addresses()) {
        cut(address.prefix(), cuts);
        cut(address.prefix().address().toPrefix(), cuts);
        cut(address.prefix().first().toPrefix(), cuts);
        cut(address.prefix().last().toPrefix(), cuts);
        address.peer().ifPresent(prefix -> cut(prefix, cuts));
        address.broadcast().ifPresent(broadcast -> cut(broadcast.toPrefix(), cuts));
      }
    }
  }

  private static void cut(Prefix prefix, Set<Long> cuts) {
    if (prefix.version() == IpVersion.IPV4) {
      cuts.add(prefix.first().value().low());
      cuts.add(prefix.last().value().low() + 1);
    }
  }

  private int stretch(long number) {
    int found = Arrays.binarySearch(numbers, number);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * The class of packets that come with one tuple and leave with another.
   *
   * @return a number of this machine's, or {@link #NONE}
   */
  int of(Tuple coming, Tuple leaving) {
    if (!known || classes.size() >= MOST_CLASSES) {
      return NONE;
    }
    List<Integer> key = new ArrayList<>(9);
    key.add(coming.protocol());
    add(coming, key);
    add(leaving, key);
    return classes.computeIfAbsent(key, unused -> classes.size());
  }

  private void add(Tuple tuple, List<Integer> key) {
    boolean query = tuple.protocol() == Protocol.ICMP;
    key.add(stretch(tuple.source().value().low()));
    key.add(stretch(tuple.destination().value().low()));
    key.add(query ? 0 : stretch(tuple.sourceKey()));
    key.add(query ? tuple.destinationKey() : stretch(tuple.destinationKey()));
  }
}
