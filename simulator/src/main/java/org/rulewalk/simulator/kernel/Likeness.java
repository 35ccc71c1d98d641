package org.rulewalk.simulator.kernel;

import java.util.Arrays;
import java.util.HashMap;
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
  private final Map<Key, Integer> classes = new HashMap<>();

  /** Between which cuts addresses and ports are, of tuples as they come and leave. */
  private record Key(int protocol, long comes, long comesPorts, long leaves, long leavesPorts) {}

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
    Key key =
        new Key(
            coming.protocol(),
            addresses(coming),
            ports(coming),
            addresses(leaving),
            ports(leaving));
    return classes.computeIfAbsent(key, unused -> classes.size());
  }

  private long addresses(Tuple tuple) {
    return pair(stretch(tuple.source().value().low()), stretch(tuple.destination().value().low()));
  }

  private long ports(Tuple tuple) {
    return tuple.protocol() == Protocol.ICMP
        ? tuple.destinationKey()
        : pair(stretch(tuple.sourceKey()), stretch(tuple.destinationKey()));
  }

  private static long pair(int first, int second) {
    return (long) first << 32 | second;
  }
}
