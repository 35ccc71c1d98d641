package org.rulewalk.simulator.route;

import java.util.Optional;

/** What routing makes of a packet that came in. */
public sealed interface Arrival {
  /**
   * It is for this machine.
   *
   * @param kind unicast to one of its addresses, broadcast or multicast
   * @param lookup the route that says so; empty where none was asked
   */
  record Deliver(Kind kind, Optional<Lookup.Found> lookup) implements Arrival {
    /** To whom the packet was sent. */
    public enum Kind {
      /** To an address of this machine. */
      LOCAL,
      /** To all on the link. */
      BROADCAST,
      /** To a group that it is in. */
      MULTICAST
    }
  }

  /**
   * It goes on to another machine.
   *
   * @param redirect whether the sender is told of a better way, because the packet leaves where it
   *     came
   */
  record Forward(Lookup.Found lookup, boolean redirect) implements Arrival {}

  /** There is no way; the sender is told, unless the failure is a blackhole. */
  record NoRoute(Lookup.Failed lookup) implements Arrival {}

  /** It is dropped in silence. */
  record Drop(Reason reason) implements Arrival {}

  /** Why a packet is dropped in silence at routing. */
  enum Reason {
    /** A source address that no packet from there can have, or one of our own. */
    MARTIAN_SOURCE,
    /** A destination that can't be reached by packets from outside. */
    MARTIAN_DESTINATION,
    /** The source has no route back by that interface. */
    REVERSE_PATH,
    /** It is for another machine, and this one does not forward. */
    NOT_FORWARDING,
    /** A group that the machine is not in. */
    NOT_MEMBER,
    /** Its sender says which way it is to go, and the machine does not follow such. */
    SOURCE_ROUTE,
    /** Its header's options are wrong. */
    OPTIONS
  }
}
