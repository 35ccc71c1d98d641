package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Direction;

/**
 * The way of a connection's packets in one direction, from where they were recorded: the same for
 * all connections whose packets go it and are treated alike.
 */
final class Course {
  /** By which directions of connections refer to it. */
  final int number;

  /** Where its packets are recorded. */
  final Place seenAt;

  /** Where they begin: they come in there, or are made by that machine. */
  final Place place;

  final boolean made;

  /** How much larger their time to live is where they begin than where they were recorded. */
  final int ttlAhead;

  /** At how many places before that they must have come in unrecorded. */
  final int inferred;

  /** Those that are treated alike. */
  final Kin kin;

  /** Their direction where they begin, if that is another machine; else null. */
  final Direction start;

  Course(
      int number,
      Place seenAt,
      Place place,
      boolean made,
      int ttlAhead,
      int inferred,
      Kin kin,
      Direction start) {
    this.number = number;
    this.seenAt = seenAt;
    this.place = place;
    this.made = made;
    this.ttlAhead = ttlAhead;
    this.inferred = inferred;
    this.kin = kin;
    this.start = start;
  }
}
