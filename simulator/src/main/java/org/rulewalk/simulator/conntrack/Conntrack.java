package org.rulewalk.simulator.conntrack;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;

/**
 * One machine's table of connections.
 *
 * <p>Mutable within a run; {@link #copy} takes time and memory by the number of connections.
 * Lookups cost one hash. Not thread-safe.
 */
public final class Conntrack {
  private final Map<Place, Entry> byPlace = new HashMap<>();
  private final Set<Tuple> expected = new HashSet<>();

  /** A tuple within the zone of its direction. */
  private record Place(int zone, Tuple tuple) {
    static Place of(Connection connection, boolean reply) {
      return new Place(connection.zone().id(reply), connection.tuple(reply));
    }
  }

  /** A connection found by one of its tuples. */
  record Entry(Connection connection, boolean isReply) {}

  /** The same connections, independent of these. */
  public Conntrack copy() {
    Conntrack twin = new Conntrack();
    Map<Connection, Connection> copies = new IdentityHashMap<>();
    byPlace.forEach(
        (place, entry) ->
            twin.byPlace.put(
                place,
                new Entry(
                    copies.computeIfAbsent(entry.connection(), Connection::copy),
                    entry.isReply())));
    twin.expected.addAll(expected);
    return twin;
  }

  /** The connections, each once. */
  public Set<Connection> connections() {
    Set<Connection> all = new LinkedHashSet<>();
    byPlace.values().forEach(entry -> all.add(entry.connection()));
    return all;
  }

  /** Whether nothing is tracked. */
  public boolean isEmpty() {
    return byPlace.isEmpty();
  }

  /** The connection that a packet of this zone belongs to. */
  Optional<Entry> find(Zone zone, Tuple tuple) {
    return at(zone, tuple, false).or(() -> at(zone, tuple, true));
  }

  // each of its directions is compared by the zone of that direction (nf_ct_key_equal)
  private Optional<Entry> at(Zone zone, Tuple tuple, boolean reply) {
    return Optional.ofNullable(byPlace.get(new Place(zone.id(reply), tuple)))
        .filter(entry -> zone.id(entry.isReply()) == zone.id(reply));
  }

  /** Whether a connection other than this one has the tuple. */
  boolean isTaken(Tuple tuple, Connection other) {
    return find(other.zone(), tuple).filter(entry -> entry.connection() != other).isPresent();
  }

  void remove(Connection connection) {
    connection.set(Connection.DYING);
    byPlace.values().removeIf(entry -> entry.connection() == connection);
  }

  private void insert(Connection connection) {
    byPlace.putIfAbsent(Place.of(connection, false), new Entry(connection, false));
    if (connection.reply().equals(connection.original())) {
      // from an address and port to the same: what comes next is found as the answer
      byPlace.put(Place.of(connection, true), new Entry(connection, true));
    }
    byPlace.putIfAbsent(Place.of(connection, true), new Entry(connection, true));
    connection.set(Connection.CONFIRMED);
  }

  /** Announces a connection; any source port fits. */
  public void expect(Tuple announced) {
    expected.add(announced.withSource(announced.source(), 0));
  }

  boolean isExpected(Tuple tuple) {
    return expected.contains(tuple.withSource(tuple.source(), 0));
  }

  /** Puts in a connection that a capture lists. */
  public void restore(
      Zone zone, Tuple original, Tuple reply, int status, long mark, String tcpState) {
    Connection connection = new Connection(zone, original, reply);
    connection.set(status | Connection.SRC_NAT_DONE | Connection.DST_NAT_DONE);
    original.inverse().ifPresent(plain -> connection.set(translated(plain, reply)));
    connection.setMark(mark);
    connection.tcp().restore(tcpState);
    insert(connection);
  }

  private static int translated(Tuple plain, Tuple reply) {
    boolean source =
        !plain.destination().equals(reply.destination())
            || plain.destinationKey() != reply.destinationKey();
    boolean destination =
        !plain.source().equals(reply.source()) || plain.sourceKey() != reply.sourceKey();
    return (source ? Connection.SRC_NAT : 0) | (destination ? Connection.DST_NAT : 0);
  }

  /** What became of a new connection at the end of its first packet's way. */
  public enum Confirmation {
    /** It is in the table. */
    DONE,
    /** Another connection has its tuples: the packet is dropped. */
    CLASH
  }

  /**
   * Enters the connection of a packet that has passed all hooks (nf_conntrack_confirm).
   *
   * @return {@link Confirmation#CLASH} if another connection is in its place
   */
  public Confirmation confirm(Association association) {
    if (association.connection().isEmpty() || association.isReply()) {
      return Confirmation.DONE;
    }
    Connection connection = association.connection().get();
    if (connection.has(Connection.CONFIRMED | Connection.DYING)) {
      return Confirmation.DONE;
    }
    boolean originalTaken = isTaken(connection.original(), connection);
    boolean replyTaken = isTaken(connection.reply(), connection);
    if (originalTaken || replyTaken) {
      return resolve(connection, replyTaken);
    }
    insert(connection);
    return Confirmation.DONE;
  }

  // nf_ct_resolve_clash: protocols without handshake may share an entry, or be found by their
  // answers alone
  private Confirmation resolve(Connection connection, boolean replyTaken) {
    int protocol = connection.original().protocol();
    boolean strict =
        protocol == Protocol.TCP
            || protocol == Protocol.SCTP
            || protocol == Protocol.ICMP
            || protocol == Protocol.ICMPV6;
    if (strict) {
      return Confirmation.CLASH;
    }
    if (!replyTaken) {
      byPlace.put(Place.of(connection, true), new Entry(connection, true));
      connection.set(Connection.CONFIRMED);
      return Confirmation.DONE;
    }
    Connection holder = find(connection.zone(), connection.reply()).orElseThrow().connection();
    boolean same =
        holder.original().equals(connection.original())
            && holder.reply().equals(connection.reply());
    return same ? Confirmation.DONE : Confirmation.CLASH;
  }
}
