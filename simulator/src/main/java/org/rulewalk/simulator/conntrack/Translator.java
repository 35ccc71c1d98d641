package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Statement.Nat.Flag;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Settles how a connection is translated: picks addresses and ports that no other connection has
 * (nf_nat_ setup_info and get_unique_tuple in net/netfilter/nf_nat_core.c).
 *
 * <p>Where the kernel picks by chance, the lowest free port from the range's start is taken.
 */
public final class Translator {
  private final Conntrack table;
  private boolean drawn;

  /** A translator on one table. */
  public Translator(Conntrack table) {
    this.table = table;
  }

  /**
   * What a translation may choose from.
   *
   * @param lowest lowest and highest new address; empty keeps the address
   * @param lowestPort lowest and highest new port or identifier; empty keeps the port where it is
   *     free
   * @param basePort the old port that becomes the lowest new one; empty without such a shift
   */
  public record Range(
      Optional<IpAddress> lowest,
      Optional<IpAddress> highest,
      Optional<Integer> lowestPort,
      Optional<Integer> highestPort,
      Optional<Integer> basePort,
      Set<Flag> flags) {
    /** Just one address. */
    public static Range of(IpAddress address) {
      return new Range(
          Optional.of(address),
          Optional.of(address),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of());
    }

    boolean isRandom() {
      return flags.contains(Flag.RANDOM) || flags.contains(Flag.FULLY_RANDOM);
    }

    boolean holdsAddress(IpAddress address) {
      return lowest.isEmpty()
          || address.compareTo(lowest.get()) >= 0 && address.compareTo(highest.orElseThrow()) <= 0;
    }

    boolean holdsPort(int port) {
      return lowestPort.isEmpty() || port >= lowestPort.get() && port <= highestPort.orElseThrow();
    }
  }

  /** Whether the source (or else the destination) of the connection is settled. */
  public static boolean isSettled(Connection connection, boolean source) {
    return connection.has(source ? Connection.SRC_NAT_DONE : Connection.DST_NAT_DONE);
  }

  /**
   * Settles source or destination; nothing for a connection that is in the table already.
   *
   * @return whether the kernel would have drawn lots
   */
  public boolean settle(Connection connection, Range range, boolean source) {
    if (connection.has(Connection.CONFIRMED) || isSettled(connection, source)) {
      return false;
    }
    drawn = false;
    Optional<Tuple> current = connection.reply().inverse();
    if (current.isPresent()) {
      Tuple chosen = choose(current.get(), range, connection, source);
      if (!chosen.equals(current.get())) {
        chosen.inverse().ifPresent(connection::setReply);
        connection.set(source ? Connection.SRC_NAT : Connection.DST_NAT);
      }
    }
    connection.set(source ? Connection.SRC_NAT_DONE : Connection.DST_NAT_DONE);
    return drawn;
  }

  /**
   * Settles source or destination to what it is, or another port if that is taken.
   *
   * @return whether the kernel would have drawn lots
   */
  public boolean settleUnchanged(Connection connection, boolean source) {
    IpAddress address = source ? connection.reply().destination() : connection.reply().source();
    return settle(connection, Range.of(address), source);
  }

  /** Notes the interface whose address was taken, so that a change of route ends the connection. */
  public static void masqueradedBy(Connection connection, String device) {
    connection.setMasqueradeDevice(device);
  }

  private Tuple choose(Tuple current, Range range, Connection connection, boolean source) {
    if (source && !range.isRandom()) {
      boolean fits = range.holdsAddress(current.source()) && portFits(current, range, true);
      if (fits && (isFree(current, connection) || meetsItself(current, connection))) {
        return current;
      }
      if (!fits) {
        Optional<Tuple> earlier =
            sameSource(connection.zone(), current, range)
                .filter(tuple -> isFree(tuple, connection));
        if (earlier.isPresent()) {
          return earlier.get();
        }
      }
    }
    Tuple tuple = withAddress(current, range, source);
    if (!range.isRandom()) {
      if (range.lowestPort().isPresent()) {
        boolean single = range.lowestPort().equals(range.highestPort());
        if (range.basePort().isEmpty()
            && portFits(tuple, range, source)
            && (single || isFree(tuple, connection))) {
          return tuple;
        }
      } else if (isFree(tuple, connection)) {
        return tuple;
      }
    }
    return withPort(tuple, range, connection, source);
  }

  /** A mapping that another connection from the same source has (find_appropriate_src). */
  private Optional<Tuple> sameSource(Zone zone, Tuple wanted, Range range) {
    for (Connection other : table.fromSameSource(zone, wanted)) {
      Optional<Tuple> mapped = other.reply().inverse();
      if (mapped.isPresent()) {
        Tuple tuple = wanted.withSource(mapped.get().source(), mapped.get().sourceKey());
        if (range.holdsAddress(tuple.source()) && portFits(tuple, range, true)) {
          return Optional.of(tuple);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether the tuple is taken by the same two talking the other way round, untranslated: no other
   * port would help (nf_nat_used_tuple_new).
   */
  private boolean meetsItself(Tuple tuple, Connection connection) {
    return tuple
        .inverse()
        .flatMap(reply -> table.find(connection.zone(), reply))
        .map(Direction::connection)
        .filter(other -> !other.has(Connection.SRC_NAT | Connection.DST_NAT))
        .filter(other -> other.original().equals(connection.reply()))
        .filter(other -> other.reply().equals(connection.original()))
        .isPresent();
  }

  private boolean isFree(Tuple tuple, Connection connection) {
    Optional<Tuple> reply = tuple.inverse();
    return reply.isEmpty() || !table.isTaken(reply.get(), connection);
  }

  private static boolean isQuery(int protocol) {
    return protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
  }

  private static boolean portFits(Tuple tuple, Range range, boolean source) {
    if (isQuery(tuple.protocol())) {
      return range.holdsPort(tuple.sourceKey());
    }
    return !Tuple.hasPorts(tuple.protocol())
        || range.holdsPort(source ? tuple.sourceKey() : tuple.destinationKey());
  }

  private Tuple withAddress(Tuple tuple, Range range, boolean source) {
    if (range.lowest().isEmpty()) {
      return tuple;
    }
    IpAddress address = pick(tuple, range, source);
    return source
        ? tuple.withSource(address, tuple.sourceKey())
        : tuple.withDestination(address, tuple.destinationKey());
  }

  /**
   * One address of the range. The kernel hashes source and destination; the spread is kept, not the
   * hash.
   */
  private IpAddress pick(Tuple tuple, Range range, boolean source) {
    IpAddress low = range.lowest().orElseThrow();
    IpAddress high = range.highest().orElseThrow();
    if (low.equals(high)) {
      return low;
    }
    if (range.flags().contains(Flag.NETMAP)) {
      IpAddress old = source ? tuple.source() : tuple.destination();
      Bits hostMask = low.value().xor(high.value());
      return new IpAddress(
          low.version(), low.value().without(hostMask).or(old.value().and(hostMask)));
    }
    drawn = true;
    Bits size = high.value().minus(low.value());
    long spread = tuple.source().value().low() ^ tuple.destination().value().low();
    long count =
        size.high() == 0 && size.low() >= 0 && size.low() < Long.MAX_VALUE
            ? size.low() + 1
            : Long.MAX_VALUE;
    return new IpAddress(
        low.version(), low.value().plus(Bits.of(Long.remainderUnsigned(spread, count))));
  }

  /** Another port, where the protocol has one (nf_nat_l4proto_unique_tuple). */
  private Tuple withPort(Tuple tuple, Range range, Connection connection, boolean source) {
    boolean query = isQuery(tuple.protocol());
    if (!query && !Tuple.hasPorts(tuple.protocol())) {
      return tuple;
    }
    final int key = source || query ? tuple.sourceKey() : tuple.destinationKey();
    int low;
    int high;
    if (range.lowestPort().isPresent()) {
      low = Math.min(range.lowestPort().get(), range.highestPort().orElseThrow());
      high = Math.max(range.lowestPort().get(), range.highestPort().orElseThrow());
    } else if (query) {
      low = 0;
      high = 65535;
    } else if (!source) {
      return tuple;
    } else {
      low = key < 512 ? 1 : key < 1024 ? 600 : 1024;
      high = key < 512 ? 511 : key < 1024 ? 1023 : 65535;
    }
    Tuple candidate = tuple;
    int count = high - low + 1;
    drawn |= range.basePort().isEmpty() && count > 1 && (source || range.isRandom());
    int shift = range.basePort().map(base -> Math.floorMod(key - base, count)).orElse(0);
    for (int i = 0; i < count; i++) {
      int port = low + (shift + i) % count;
      candidate =
          source || query
              ? tuple.withSource(tuple.source(), port)
              : tuple.withDestination(tuple.destination(), port);
      if (isFree(candidate, connection)) {
        return candidate;
      }
    }
    return candidate;
  }
}
