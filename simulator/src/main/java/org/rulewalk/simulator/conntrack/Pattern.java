package org.rulewalk.simulator.conntrack;

import java.util.Optional;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * What became of a new connection by its first packet, to be done with the next one like it without
 * asking rules: it is followed, translated in the same manner, and entered.
 *
 * <p>Holds for connections whose addresses and ports meet the same rules, where translations keep a
 * part of a tuple or put a fixed one in its place. Where the kernel would have to choose (another
 * connection has the tuple, or comes from the same socket), nothing is done. For zone 0.
 */
public final class Pattern {
  private final Tuple coming;
  private final Tuple leaving;
  private final int status;
  private final String masqueradeDevice;

  private Pattern(Connection begun, Tuple leaving) {
    this.coming = begun.original();
    this.leaving = leaving;
    this.status = begun.status();
    this.masqueradeDevice = begun.masqueradeDevice();
  }

  /** That of a connection which its first packet has just begun; empty where it is no pattern. */
  public static Optional<Pattern> of(Connection begun) {
    boolean plain =
        begun.zone().equals(Zone.DEFAULT)
            && begun.has(Connection.CONFIRMED)
            && !begun.has(Connection.SEEN_REPLY | Connection.EXPECTED | Connection.DYING)
            && begun.mark() == 0;
    return plain
        ? begun.reply().inverse().map(leaving -> new Pattern(begun, leaving))
        : Optional.empty();
  }

  /**
   * Begins the connection of a packet that belongs to none.
   *
   * @param tuple the packet's
   * @return empty, and nothing done, where rules have to be asked
   */
  public Optional<Connection> begin(
      Tracker tracker, Conntrack table, Tuple tuple, PlainPacket packet) {
    Optional<Tuple> plainReply = tuple.inverse();
    if (plainReply.isEmpty() || table.isExpected(tuple)) {
      return Optional.empty();
    }
    // the same object for all, for there are many
    boolean same = tuple.destination().equals(coming.destination());
    Tuple kept = same ? tuple.withDestination(coming.destination(), tuple.destinationKey()) : tuple;
    Connection connection = new Connection(Zone.DEFAULT, kept, plainReply.get());
    Tuple out = leaving(kept);
    Optional<Tuple> reply = out.inverse();
    boolean free =
        reply.isPresent()
            && !table.isTaken(tuple, connection)
            && !table.isTaken(reply.get(), connection)
            && (out.equals(tuple) || isFreelyTranslated(table, connection, out));
    if (!free || !tracker.begins(connection, packet)) {
      return Optional.empty();
    }
    connection.setReply(reply.get());
    connection.set(status);
    connection.setMasqueradeDevice(masqueradeDevice);
    table.insert(connection);
    return Optional.of(connection);
  }

  private Tuple leaving(Tuple tuple) {
    return new Tuple(
        tuple.protocol(),
        coming.source().equals(leaving.source()) ? tuple.source() : leaving.source(),
        coming.destination().equals(leaving.destination())
            ? tuple.destination()
            : leaving.destination(),
        coming.sourceKey() == leaving.sourceKey() ? tuple.sourceKey() : leaving.sourceKey(),
        coming.destinationKey() == leaving.destinationKey()
            ? tuple.destinationKey()
            : leaving.destinationKey());
  }

  /** Whether nothing makes the translator look for another tuple; see {@link Translator}. */
  private static boolean isFreelyTranslated(Conntrack table, Connection connection, Tuple out) {
    Tuple tuple = connection.original();
    boolean sameSource =
        tuple.source().equals(out.source()) && tuple.sourceKey() == out.sourceKey();
    return (sameSource || table.fromSameSource(Zone.DEFAULT, tuple).isEmpty())
        && tuple
            .withDestination(out.destination(), out.destinationKey())
            .inverse()
            .filter(between -> !table.isTaken(between, connection))
            .isPresent();
  }
}
