package org.rulewalk.simulator.conntrack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;

/**
 * One machine's table of connections.
 *
 * <p>Mutable within a run; {@link #copy} takes time and memory by the number of connections.
 * Lookups cost one hash. Memory by connection: some 500 bytes. Not thread-safe.
 */
public final class Conntrack {
  private static final int LEAST_SWEEP = 1 << 16;

  private final Directions directions = new Directions();
  private Optional<Map<SourceKey, List<Connection>>> bySource = Optional.empty();
  private int entered;
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

  /** The same connections, independent of these. */
  public Conntrack copy() {
    Conntrack twin = new Conntrack();
    Map<Connection, Connection> copies = new IdentityHashMap<>();
    directions.forEach(
        each ->
            twin.directions.put(
                copies
                    .computeIfAbsent(each.connection(), Connection::copy)
                    .direction(each.isReply())));
    twin.entered = entered;
    twin.expected.addAll(expected);
    twin.timeouts = timeouts;
    twin.now = now;
    twin.sweepAt = sweepAt;
    return twin;
  }

  /** The connections, each once, as they were entered. */
  public Set<Connection> connections() {
    Set<Connection> all = Collections.newSetFromMap(new IdentityHashMap<>());
    directions.forEach(each -> all.add(each.connection()));
    List<Connection> inOrder = new ArrayList<>(all);
    inOrder.sort(Comparator.comparingInt(Connection::number));
    return new LinkedHashSet<>(inOrder);
  }

  /** Whether nothing is tracked. */
  public boolean isEmpty() {
    return directions.size() == 0;
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

  /**
   * The direction of a connection of zone 0 that packets with this tuple belong to; empty where
   * none is in the table.
   */
  public Optional<Direction> direction(Tuple tuple) {
    return find(Zone.DEFAULT, tuple);
  }

  /** The same for a packet that comes in; {@link Direction#NONE} where none is in the table. */
  public Direction arriving(PlainPacket packet) {
    return current(packet.addresses(), Direction.rest(packet));
  }

  /** The direction of the answers to a packet that leaves; {@link Direction#NONE} for none. */
  public Direction answering(PlainPacket packet) {
    return current(addressesOfAnswer(packet), Direction.restOfAnswer(packet));
  }

  /**
   * The same for packets that left another machine, where their answers have a direction; for IPv4
   * with ports, and pings.
   */
  public Direction arrivingFrom(Direction answers) {
    return current(answers.addressesOfAnswer(), answers.restOfAnswer());
  }

  private Direction current(long addresses, long rest) {
    Direction found = directions.find(addresses, rest);
    return found == null || !holds(found.connection()) ? Direction.NONE : found;
  }

  /** Reads what looking up begins with, so that it is near then; the number says nothing. */
  public int touch(PlainPacket packet, boolean answers) {
    return answers
        ? directions.touch(addressesOfAnswer(packet), Direction.restOfAnswer(packet))
        : directions.touch(packet.addresses(), Direction.rest(packet));
  }

  /** What {@link #arriving} or {@link #answering} finds, even if its time is over. */
  public Direction peek(PlainPacket packet, boolean answers) {
    Direction found =
        answers
            ? directions.find(addressesOfAnswer(packet), Direction.restOfAnswer(packet))
            : directions.find(packet.addresses(), Direction.rest(packet));
    return found == null ? Direction.NONE : found;
  }

  private static long addressesOfAnswer(PlainPacket packet) {
    return Long.rotateLeft(packet.addresses(), 32);
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
        .map(found -> found.opposite().tuple());
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
    Optional<Direction> found =
        expected.inverse().flatMap(tuple -> find(Zone.DEFAULT, tuple)).filter(Direction::isReply);
    if (found.isEmpty() || reply.isEmpty() || isTaken(reply.get(), found.get().connection())) {
      return false;
    }
    Connection connection = found.get().connection();
    directions.remove(found.get());
    connection.setReply(reply.get());
    directions.put(connection.direction(true));
    connection.direction(false).setNote(false, 0);
    connection.direction(false).setNote(true, 0);
    connection.set(Connection.SRC_NAT);
    return true;
  }

  /** The connection that a packet of this zone belongs to; one whose time is over is gone. */
  Optional<Direction> find(Zone zone, Tuple tuple) {
    if (directions.size() == 0) {
      return Optional.empty();
    }
    Optional<Direction> found = at(zone, tuple, false);
    boolean same = zone.id(true) == zone.id(false);
    return found.isPresent() || same ? found : at(zone, tuple, true);
  }

  // each of its directions is compared by the zone of that direction (nf_ct_key_equal)
  private Optional<Direction> at(Zone zone, Tuple tuple, boolean reply) {
    Direction found = current(zone.id(reply), tuple);
    return found != null && zone.id(found.isReply()) == zone.id(reply)
        ? Optional.of(found)
        : Optional.empty();
  }

  private Direction current(int zone, Tuple tuple) {
    Direction found = directions.find(zone, tuple);
    if (found != null && !holds(found.connection())) {
      remove(found.connection());
      return null;
    }
    return found;
  }

  /**
   * Whether a connection other than this one has the tuple of its answers; they are looked for in
   * the zone of answers alone (nf_conntrack_tuple_taken).
   */
  boolean isTaken(Tuple reply, Connection other) {
    return isTaken(reply, true, other);
  }

  private boolean isTaken(Tuple tuple, boolean reply, Connection other) {
    return at(other.zone(), tuple, reply).filter(found -> found.connection() != other).isPresent();
  }

  void remove(Connection connection) {
    connection.set(Connection.DYING);
    directions.remove(connection.direction(false));
    directions.remove(connection.direction(true));
    bySource.ifPresent(
        known -> {
          List<Connection> same = known.getOrDefault(SourceKey.of(connection), List.of());
          same.removeIf(each -> each == connection);
          if (same.isEmpty()) {
            known.remove(SourceKey.of(connection));
          }
        });
  }

  /** The connections of a zone whose first packets came from the same address and port. */
  List<Connection> fromSameSource(Zone zone, Tuple original) {
    if (bySource.isEmpty()) {
      // most tables are never asked
      bySource = Optional.of(new HashMap<>());
      connections().forEach(this::noteSource);
    }
    return bySource.get().getOrDefault(SourceKey.of(zone, original), List.of());
  }

  private void noteSource(Connection connection) {
    bySource.ifPresent(
        known ->
            known
                .computeIfAbsent(SourceKey.of(connection), unused -> new ArrayList<>(1))
                .add(connection));
  }

  /** Lets go of connections whose time is over, whenever the table has doubled since. */
  private void sweep() {
    if (timeouts.isEmpty() || directions.size() < sweepAt) {
      return;
    }
    List<Connection> over = new ArrayList<>();
    directions.forEach(
        each -> {
          if (!each.isReply() && !holds(each.connection())) {
            over.add(each.connection());
          }
        });
    over.forEach(this::remove);
    sweepAt = Math.max(LEAST_SWEEP, directions.size() * 2);
  }

  void insert(Connection connection) {
    sweep();
    connection.setNumber(entered++);
    noteSource(connection);
    directions.putIfAbsent(connection.direction(false));
    if (connection.reply().equals(connection.original())) {
      // from an address and port to the same: what comes next is found as the answer
      directions.put(connection.direction(true));
    }
    directions.putIfAbsent(connection.direction(true));
    connection.set(Connection.CONFIRMED);
  }

  /** Announces a connection; any source port fits. */
  public void expect(Tuple announced) {
    expected.add(announced.withSource(announced.source(), 0));
  }

  boolean isExpected(Tuple tuple) {
    return !expected.isEmpty() && expected.contains(tuple.withSource(tuple.source(), 0));
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
    boolean originalTaken = isTaken(connection.original(), false, connection);
    boolean replyTaken = isTaken(connection.reply(), true, connection);
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
      directions.put(connection.direction(true));
      connection.set(Connection.CONFIRMED);
      return Confirmation.DONE;
    }
    Connection holder = at(connection.zone(), connection.reply(), true).orElseThrow().connection();
    boolean same =
        holder.original().equals(connection.original())
            && holder.reply().equals(connection.reply());
    return same ? Confirmation.DONE : Confirmation.CLASH;
  }
}
