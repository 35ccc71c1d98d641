package org.rulewalk.simulator.route;

import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;

/** What routing makes of a packet that starts here. */
public sealed interface Departure {
  /**
   * It leaves by a device.
   *
   * @param kind whom it is for
   * @param gateway the router to hand it to; empty if the destination is on the link
   * @param source the address that it is sent from, as asked for or picked
   */
  record Leave(
      Kind kind,
      String device,
      Optional<IpAddress> gateway,
      IpAddress source,
      Optional<Lookup.Found> lookup)
      implements Departure {
    /** Whom a packet is for. */
    public enum Kind {
      /** Another machine. */
      UNICAST,
      /** This machine: it goes over loopback. */
      LOCAL,
      /** All on the link. */
      BROADCAST,
      /** A group. */
      MULTICAST
    }
  }

  /** There is no way; the sending program is told. */
  record NoRoute(Lookup.Failed lookup) implements Departure {}
}
