package org.rulewalk.simulator.conntrack;

import org.rulewalk.simulator.packet.PlainPacket;

/**
 * A packet of zone 0 to be looked up in a table of connections: its numbers, and what was found
 * when the table was looked at ahead of time. What was found ahead saves looking again, and changes
 * no answer. Mutable, used for one packet after another.
 */
public final class Lookup {
  long addresses;
  long rest;
  int hash;
  private Conntrack table;
  private Direction ahead = Direction.NONE;
  private int version;

  /**
   * Takes the numbers of a packet.
   *
   * @param answers whether its answer's are wanted: it leaves
   */
  public void of(PlainPacket packet, boolean answers) {
    addresses = answers ? Long.rotateLeft(packet.addresses(), 32) : packet.addresses();
    rest = answers ? Direction.restOfAnswer(packet) : Direction.rest(packet);
    hash = Directions.hash(addresses, rest);
    ahead = Direction.NONE;
  }

  /** What was found ahead, even if its time is over; {@link Direction#NONE} for nothing. */
  public Direction ahead() {
    return ahead;
  }

  void keep(Conntrack where, Direction found, int when) {
    table = where;
    ahead = found;
    version = when;
  }

  /** Whether a table would still give what was found ahead. */
  boolean holdsIn(Conntrack where, int now) {
    return ahead != Direction.NONE && table == where && version == now;
  }
}
