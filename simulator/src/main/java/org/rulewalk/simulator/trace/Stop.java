package org.rulewalk.simulator.trace;

import java.util.Optional;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.value.IpAddress;

/** Why a packet's way ended before it left the machine or reached a socket. */
public sealed interface Stop {
  /** A rule dropped or rejected it. */
  record ByRule(Step.OfRule step) implements Stop {}

  /** A base chain's policy dropped it. */
  record ByPolicy(Step.OfPolicy step) implements Stop {}

  /** A rule handed it to a program that is taken not to give it back. */
  record Queued(Step.OfRule step) implements Stop {}

  /** A rule took it over: it was sent another way. */
  record Stolen(Step.OfRule step) implements Stop {}

  /** The routing tables have no way. */
  record NoRoute(IpAddress destination, Lookup.Failed lookup) implements Stop {}

  /**
   * Routing refused it.
   *
   * @param device the interface it came by
   */
  record Refused(Arrival.Reason reason, String device) implements Stop {}

  /** Its time to live ran out. */
  record Expired() implements Stop {}

  /** It is larger than the way on allows, and must not be fragmented. */
  record TooBig(String device, int mtuBytes) implements Stop {}

  /** Nobody on the link answers for the address of the next hop. */
  record NoNeighbour(String device, IpAddress address) implements Stop {}

  /** The interface is down. */
  record DeviceDown(String device) implements Stop {}

  /** Translation was asked for but there is no address for it, or not for this kind of packet. */
  record TranslationFailed(Optional<Step.OfRule> step) implements Stop {}

  /** Another connection has the addresses and ports that this one would get. */
  record Clash() implements Stop {}

  /**
   * A fragment that waits for the rest of its packet.
   *
   * @param delivered whether it has passed every input hook by itself
   */
  record Incomplete(boolean delivered) implements Stop {}

  /** The interface it came by is down: it was not even received. */
  record NotReceived(String device) implements Stop {}

  /**
   * The packet is broken: length, checksum or addresses that the kernel refuses before any rule.
   */
  record Malformed(String what) implements Stop {}
}
