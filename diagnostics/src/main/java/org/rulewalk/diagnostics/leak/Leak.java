package org.rulewalk.diagnostics.leak;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.Source;

/** What was found of a VM with a tunnel. */
public sealed interface Leak {
  /**
   * No packet of a client leaves by an uplink.
   *
   * @param classes how many classes of packets were tried
   */
  record None(long classes) implements Leak {}

  /**
   * A packet does, and the simulator has sent it.
   *
   * @param in the interface by which it comes from a client
   * @param out the uplink by which it leaves
   * @param asAnswer whether it does so only as the answer to a packet that came in by that uplink
   * @param route the route that leads it there
   */
  record Found(String in, String out, Packet packet, boolean asAnswer, Source route)
      implements Leak {}

  /**
   * Neither.
   *
   * @param where the rule or route that stands in the way of a proof
   * @param file the missing file, for {@link Reason#FILE_MISSING}; else empty
   */
  record Open(Reason reason, Source where, String file) implements Leak {}

  /** Why nothing is proven. */
  enum Reason {
    /** A rule that is asked looks at something that the classes don't cover. */
    RULE_NOT_COVERED,
    /** There are more classes than are tried. */
    TOO_MANY,
    /** A file that would decide is not in the capture. */
    FILE_MISSING,
    /** Packets of connections that were known before the rules may pass. */
    KNOWN_CONNECTIONS,
    /** Established connections take a way past the rules (a flowtable, or a bridge). */
    PAST_THE_RULES
  }
}
