package org.rulewalk.simulator.network;

import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * A socket that waits for packets.
 *
 * @param protocol 6 for TCP, 17 for UDP
 * @param address the local address; empty for any, of both versions if {@code bothVersions}
 * @param bothVersions whether a socket for any IPv6 address takes IPv4 too
 * @param version 4 or 6, for sockets on any address
 * @param device the interface that it is bound to, if it is
 * @param program the process, if the listing tells
 */
public record Listener(
    int protocol,
    Optional<IpAddress> address,
    boolean bothVersions,
    org.rulewalk.simulator.value.IpVersion version,
    int port,
    Optional<String> device,
    String program,
    Source source) {
  /** Whether the socket takes a packet for this address and port. */
  public boolean takes(int wantedProtocol, IpAddress destination, int wantedPort) {
    if (wantedProtocol != protocol || wantedPort != port) {
      return false;
    }
    return address
        .map(own -> own.equals(destination))
        .orElse(bothVersions || destination.version() == version);
  }
}
