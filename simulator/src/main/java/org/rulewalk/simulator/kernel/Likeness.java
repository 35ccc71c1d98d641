package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.network.KnownPrefixes;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
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

  private final long[] numbers;
  private final boolean known;
  private final boolean fixed;
  private final Map<List<Integer>, Integer> classes = new HashMap<>();

  Likeness(Network network, Machine machine, Steadiness rules) {
    TreeSet<Long> cuts = new TreeSet<>(rules.cuts());
    KnownPrefixes.of(network).forEach(prefix -> cut(prefix, cuts));
    boolean byPorts = false;
    for (RoutingRule rule : machine.routingRules()) {
      byPorts |= rule.sourcePorts().isPresent() || rule.destinationPorts().isPresent();
    }
    numbers = cuts.stream().mapToLong(Long::longValue).toArray();
    fixed = rules.translatesToFixed();
    known = rules.isSteady() && rules.comparesOnly() && !byPorts;
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

  /** Whether first packets of one class begin their connections alike. */
  boolean tellsBeginnings() {
    return known && fixed;
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
