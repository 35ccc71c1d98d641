package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.value.IpAddress;

/**
 * The route that a packet has been given (skb_dst).
 *
 * @param device the interface to leave by; lo for this machine's own addresses
 * @param gateway the router to hand it to; empty if the destination is on the link
 */
record Way(Kind kind, String device, Optional<IpAddress> gateway, Optional<Lookup.Found> lookup) {
  /** Whom the packet is for. */
  enum Kind {
    LOCAL,
    UNICAST,
    BROADCAST,
    MULTICAST
  }

  static Way of(Departure.Leave leave) {
    return new Way(
        Kind.valueOf(leave.kind().name()), leave.device(), leave.gateway(), leave.lookup());
  }

  /** On to another machine. */
  static Way forward(Lookup.Found found) {
    return new Way(Kind.UNICAST, found.hop().device(), found.hop().gateway(), Optional.of(found));
  }

  boolean isGroup() {
    return kind == Kind.BROADCAST || kind == Kind.MULTICAST;
  }

  /** The address whose owner on the link gets the packet. */
  IpAddress nextHop(IpAddress destination) {
    return gateway.orElse(destination);
  }
}
