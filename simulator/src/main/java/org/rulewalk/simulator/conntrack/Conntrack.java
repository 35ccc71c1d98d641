package org.rulewalk.simulator.conntrack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;

/**
 * One machine's table of connections.
 *
 * <p>Mutable within a run; {@link #copy} takes time and memory by the number of connections.
 * Lookups cost one hash. Not thread-safe.
 */
public final class Conntrack {
  private static final int LEAST_SWEEP = 1 << 16;

  private final Map<Place, Entry> byPlace = new HashMap<>();
  private final Map<SourceKey, List<Connection>> bySource = new HashMap<>();
  private final Set<Tuple> expected = new HashSet<>();
  private Optional<Timeouts> timeouts = Optional.empty();
  private long now;
  private int sweepAt = LEAST_SWEEP;

  /** What connections from one socket have in common (nf_nat_bysource). */
  private record SourceKey(int zone, int protocol, IpAddress source, int sourceKey) {
    static SourceKey of(Connection connection) {
      return of(connection.zone(), connection.original());
    }

    static SourceKey of(Zone zone, Tuple original) {
      return new SourceKey(
          zone.id(false), original.protocol(), original.source(), original.sourceKey());
    }
  }

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
    bySource.forEach(
        (key, connections) ->
            twin.bySource.put(
                key, new ArrayList<>(connections.stream().map(copies::get).toList())));
    twin.expected.addAll(expected);
    twin.timeouts = timeouts;
    twin.now = now;
    twin.sweepAt = sweepAt;
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

  /**
   * Starts the clock: from now on connections end by themselves.
   *
   * @param rules how long they stay
   */
  public void keepTime(Timeouts rules) {
    timeouts = Optional.of(rules);
  }

  /** Sets the clock, in nanoseconds. */
  public void setNow(long nanos) {
    now = nanos;
  }

  /** A packet of a connection was taken: it stays some more (nf_ct_refresh_acct). */
  void refresh(Connection connection) {
    if (timeouts.isPresent()) {
      connection.setExpires(now + timeouts.get().after(connection, now));
    }
  }

  /** One direction of a connection in the table. */
  public record Direction(Connection connection, boolean isReply) {}

  /**
   * The connection of zone 0 that a packet with this tuple belongs to; empty where none is in the
   * table.
   */
  public Optional<Direction> direction(Tuple tuple) {
    return find(Zone.DEFAULT, tuple)
        .map(entry -> new Direction(entry.connection(), entry.isReply()));
  }

  /** Whether a connection is in the table now. */
  public boolean holds(Connection connection) {
    return !connection.has(Connection.DYING) && (connection.expires() > now || timeouts.isEmpty());
  }

  /**
   * How a packet of zone 0 that is about to leave a machine was before the machine translated it;
   * empty where it belongs to no known connection.
   *
   * @param leaving its tuple as it leaves
   */
  public Optional<Tuple> beforeTranslation(Tuple leaving) {
    return leaving
        .inverse()
        .flatMap(tuple -> find(Zone.DEFAULT, tuple))
        .map(entry -> entry.connection().tuple(!entry.isReply()));
  }

  /**
   * Corrects what was chosen for a connection by chance: its packets were seen to leave otherwise.
   *
   * @param expected the tuple with which a packet of its original direction should have left
   * @param seen the tuple with which it left
   * @return whether there is such a connection
   */
  public boolean learn(Tuple expected, Tuple seen) {
    Optional<Tuple> reply = seen.inverse();
    Optional<Entry> entry =
        expected.inverse().flatMap(tuple -> find(Zone.DEFAULT, tuple)).filter(Entry::isReply);
    if (entry.isEmpty() || reply.isEmpty() || isTaken(reply.get(), entry.get().connection())) {
      return false;
    }
    Connection connection = entry.get().connection();
    byPlace.remove(Place.of(connection, true), entry.get());
    connection.setReply(reply.get());
    byPlace.put(Place.of(connection, true), entry.get());
    connection.set(Connection.SRC_NAT);
    return true;
  }

  /** The connection that a packet of this zone belongs to; one whose time is over is gone. */
  Optional<Entry> find(Zone zone, Tuple tuple) {
    return at(zone, tuple, false).or(() -> at(zone, tuple, true));
  }

  // each of its directions is compared by the zone of that direction (nf_ct_key_equal)
  private Optional<Entry> at(Zone zone, Tuple tuple, boolean reply) {
    return Optional.ofNullable(current(new Place(zone.id(reply), tuple)))
        .filter(entry -> zone.id(entry.isReply()) == zone.id(reply));
  }

  private Entry current(Place place) {
    Entry entry = byPlace.get(place);
    if (entry != null && !holds(entry.connection())) {
      remove(entry.connection());
      return null;
    }
    return entry;
  }

  /** Whether a connection other than this one has the tuple. */
  boolean isTaken(Tuple tuple, Connection other) {
    return find(other.zone(), tuple).filter(entry -> entry.connection() != other).isPresent();
  }

  void remove(Connection connection) {
    connection.set(Connection.DYING);
    removeEntry(Place.of(connection, false), connection);
    removeEntry(Place.of(connection, true), connection);
    SourceKey key = SourceKey.of(connection);
    List<Connection> same = bySource.getOrDefault(key, List.of());
    if (same.size() == 1 && same.get(0) == connection) {
      bySource.remove(key);
    } else if (!same.isEmpty()) {
      same.removeIf(each -> each == connection);
    }
  }

  private void removeEntry(Place place, Connection connection) {
    Entry entry = byPlace.get(place);
    if (entry != null && entry.connection() == connection) {
      byPlace.remove(place);
    }
  }

  /** The connections of a zone whose first packets came from the same address and port. */
  List<Connection> fromSameSource(Zone zone, Tuple original) {
    return bySource.getOrDefault(SourceKey.of(zone, original), List.of());
  }

  /** Lets go of connections whose time is over, whenever the table has doubled since. */
  private void sweep() {
    if (timeouts.isEmpty() || byPlace.size() < sweepAt) {
      return;
    }
    List<Connection> over = new ArrayList<>();
    for (Entry entry : byPlace.values()) {
      if (!entry.isReply() && !holds(entry.connection())) {
        over.add(entry.connection());
      }
    }
    over.forEach(this::remove);
    sweepAt = Math.max(LEAST_SWEEP, byPlace.size() * 2);
  }

  void insert(Connection connection) {
    sweep();
    bySource
        .computeIfAbsent(SourceKey.of(connection), unused -> new ArrayList<>(1))
        .add(connection);
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

  /**
   * Puts in a connection that a capture lists.
   *
   * @param expires when it ends, by the table's clock; without a clock, it stays
   */
  public void restore(
      Zone zone,
      Tuple original,
      Tuple reply,
      int status,
      long mark,
      String tcpState,
      long expires) {
    Connection connection = new Connection(zone, original, reply);
    connection.set(status | Connection.SRC_NAT_DONE | Connection.DST_NAT_DONE);
    original.inverse().ifPresent(plain -> connection.set(translated(plain, reply)));
    connection.setMark(mark);
    connection.setExpires(expires);
    if (original.protocol() == Protocol.TCP) {
      connection.tcp().restore(tcpState);
    }
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
