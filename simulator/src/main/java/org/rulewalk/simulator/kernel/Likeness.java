package org.rulewalk.simulator.kernel;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.network.KnownPrefixes;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.PlainPacket;
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

  /** By protocol, and between which cuts addresses and ports are as packets come and leave. */
  private final KnownClasses classes = new KnownClasses();

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
    int protocol = coming.protocol();
    return classes.of(
        protocol,
        addresses(coming),
        ports(protocol, coming.sourceKey(), coming.destinationKey()),
        addresses(leaving),
        ports(protocol, leaving.sourceKey(), leaving.destinationKey()));
  }

  /** The class of packets that come like this one, and would leave so. */
  int of(PlainPacket packet) {
    if (!known || classes.size() >= MOST_CLASSES) {
      return NONE;
    }
    int keys = (int) packet.ports();
    long ends = stretches(packet.addresses() >>> 32, packet.addresses() & 0xffffffffL);
    long ports = ports(packet.protocol(), keys >>> 16, keys & 0xffff);
    return classes.of(packet.protocol(), ends, ports, ends, ports);
  }

  private long addresses(Tuple tuple) {
    return stretches(tuple.source().value().low(), tuple.destination().value().low());
  }

  private long ports(int protocol, int source, int destination) {
    return protocol == Protocol.ICMP ? destination : stretches(source, destination);
  }

  private long stretches(long first, long second) {
    return (long) stretch(first) << 32 | stretch(second);
  }
}
