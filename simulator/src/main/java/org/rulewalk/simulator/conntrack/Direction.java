package org.rulewalk.simulator.conntrack;

import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One direction of a connection: by what its packets are found (struct nf_conntrack_tuple_hash).
 *
 * <p>IPv4 is found by two numbers, which tell all of it; for IPv6 the tuple is compared as well.
 */
public final class Direction {
  /** Stands where there is none. */
  public static final Direction NONE = new Direction();

  private static final int PROTOCOL_SHIFT = 32;
  private static final int ZONE_SHIFT = 40;
  private static final long OTHER_VERSION = 1L << 63;

  private final Connection connection;
  private final Tuple tuple;
  private final boolean reply;
  private final long addresses;
  private final long rest;
  private int noteOfArriving;
  private int noteOfLeaving;

  private Direction() {
    connection = null;
    tuple = null;
    reply = false;
    addresses = 0;
    rest = 0;
  }

  Direction(Connection connection, Tuple tuple, boolean reply) {
    this.connection = connection;
    this.tuple = tuple;
    this.reply = reply;
    this.addresses = addresses(tuple);
    this.rest = rest(connection.zone().id(reply), tuple);
  }

  /** The first of the numbers: of IPv4, source and destination. */
  static long addresses(Tuple tuple) {
    long source = tuple.source().value().low();
    long destination = tuple.destination().value().low();
    return tuple.version() == IpVersion.IPV4
        ? source << 32 | destination
        : source * 31 + destination;
  }

  /** The second: zone, protocol, ports. */
  static long rest(int zone, Tuple tuple) {
    return (tuple.version() == IpVersion.IPV4 ? 0 : OTHER_VERSION)
        | (long) zone << ZONE_SHIFT
        | rest(tuple.protocol(), (long) tuple.sourceKey() << 16 | tuple.destinationKey());
  }

  private static long rest(int protocol, long ports) {
    return (long) protocol << PROTOCOL_SHIFT | ports;
  }

  /** That of a packet of zone 0. */
  static long rest(PlainPacket packet) {
    return rest(packet.protocol(), packet.ports());
  }

  /** That of its answer's; of pings, whose types differ, see {@link PlainPacket#answerPorts}. */
  static long restOfAnswer(PlainPacket packet) {
    return rest(packet.protocol(), packet.answerPorts());
  }

  /** The first number of its answers. */
  long addressesOfAnswer() {
    return Long.rotateLeft(addresses, 32);
  }

  /** Their second number; for IPv4 with ports, and pings. */
  long restOfAnswer() {
    if ((rest >>> PROTOCOL_SHIFT & 0xff) == Protocol.ICMP) {
      return rest ^ PlainPacket.PING_TYPES << 8;
    }
    long ports = rest & 0xffffffffL;
    return rest - ports + (ports >>> 16 | (ports & 0xffff) << 16);
  }

  boolean isAt(long otherAddresses, long otherRest) {
    return addresses == otherAddresses && rest == otherRest;
  }

  /** Whether this is the place of a tuple in a zone. */
  boolean isOf(int zone, Tuple other) {
    return isAt(addresses(other), rest(zone, other)) && (rest >= 0 || tuple.equals(other));
  }

  /** Whether both have the same place. */
  boolean isLike(Direction other) {
    return isAt(other.addresses, other.rest) && (rest >= 0 || tuple.equals(other.tuple));
  }

  long addresses() {
    return addresses;
  }

  long rest() {
    return rest;
  }

  /** The connection. */
  public Connection connection() {
    return connection;
  }

  /** Whether it is the direction of answers. */
  public boolean isReply() {
    return reply;
  }

  /** The tuple that packets have as they come to the machine. */
  public Tuple tuple() {
    return tuple;
  }

  /** The other direction. */
  public Direction opposite() {
    return connection.direction(!reply);
  }

  /**
   * What whoever follows the connection wrote on it; 0 if nothing.
   *
   * @param leaving whether about packets that leave with the tuple of its answers
   */
  public int note(boolean leaving) {
    return leaving ? noteOfLeaving : noteOfArriving;
  }

  /** Writes a note. */
  public void setNote(boolean leaving, int note) {
    if (leaving) {
      noteOfLeaving = note;
    } else {
      noteOfArriving = note;
    }
  }
}
