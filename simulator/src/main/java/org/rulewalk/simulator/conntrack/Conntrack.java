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
  private final Map<Tuple, Entry> byTuple = new HashMap<>();
  private final Set<Tuple> expected = new HashSet<>();

  /** A connection found by one of its tuples. */
  record Entry(Connection connection, boolean isReply) {}

  /** The same connections, independent of these. */
  public Conntrack copy() {
    Conntrack twin = new Conntrack();
    Map<Connection, Connection> copies = new IdentityHashMap<>();
    byTuple.forEach(
        (tuple, entry) ->
            twin.byTuple.put(
                tuple,
                new Entry(
                    copies.computeIfAbsent(entry.connection(), Connection::copy),
                    entry.isReply())));
    twin.expected.addAll(expected);
    return twin;
  }

  /** The connections, each once. */
  public Set<Connection> connections() {
    Set<Connection> all = new LinkedHashSet<>();
    byTuple.values().forEach(entry -> all.add(entry.connection()));
    return all;
  }

  /** Whether nothing is tracked. */
  public boolean isEmpty() {
    return byTuple.isEmpty();
  }

  Optional<Entry> find(Tuple tuple) {
    return Optional.ofNullable(byTuple.get(tuple));
  }

  /** Whether a connection other than this one has the tuple. */
  boolean isTaken(Tuple tuple, Connection other) {
    Entry entry = byTuple.get(tuple);
    return entry != null && entry.connection() != other;
  }

  void remove(Connection connection) {
    connection.set(Connection.DYING);
    byTuple.values().removeIf(entry -> entry.connection() == connection);
  }

  private void insert(Connection connection) {
    byTuple.putIfAbsent(connection.original(), new Entry(connection, false));
    if (connection.reply().equals(connection.original())) {
      // from an address and port to the same: what comes next is found as the answer
      byTuple.put(connection.reply(), new Entry(connection, true));
    }
    byTuple.putIfAbsent(connection.reply(), new Entry(connection, true));
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
  public void restore(Tuple original, Tuple reply, int status, long mark, String tcpState) {
    Connection connection = new Connection(original, reply);
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
      byTuple.put(connection.reply(), new Entry(connection, true));
      connection.set(Connection.CONFIRMED);
      return Confirmation.DONE;
    }
    Connection holder = byTuple.get(connection.reply()).connection();
    boolean same =
        holder.original().equals(connection.original())
            && holder.reply().equals(connection.reply());
    return same ? Confirmation.DONE : Confirmation.CLASH;
  }
}
