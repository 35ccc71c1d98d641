package org.rulewalk.simulator.network;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * A connection that the machine was tracking when captured ({@code conntrack -L}).
 *
 * @param protocol IP protocol number
 * @param state the TCP, SCTP or DCCP state as listed; empty for others
 * @param flags what stands in brackets: UNREPLIED, ASSURED, OFFLOAD …
 */
public record TrackedConnection(
    int protocol,
    Endpoints original,
    Endpoints reply,
    String state,
    Set<String> flags,
    OptionalLong mark,
    int zone,
    long timeoutSeconds,
    Optional<String> helper,
    Source source) {
  /** Keeps a copy. */
  public TrackedConnection {
    flags = Set.copyOf(flags);
  }

  /**
   * One direction.
   *
   * @param sourcePort a port, or the identifier of an ICMP echo
   * @param destinationPort a port, or type and code of an ICMP message: type × 256 + code
   */
  public record Endpoints(
      IpAddress source, IpAddress destination, int sourcePort, int destinationPort) {}
}
