package org.rulewalk.simulator.route;

import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a routing lookup goes by (struct flowi4, flowi6).
 *
 * @param source the source address; 0.0.0.0 or :: where it isn't chosen yet
 * @param incoming the interface that the packet came in by; lo for packets that start here
 * @param outgoing the interface that the sender insists on
 * @param mark the packet's mark, 32 bits
 * @param protocol IP protocol, 0 where rules on protocols and ports don't count
 */
public record Flow(
    IpAddress source,
    IpAddress destination,
    String incoming,
    Optional<String> outgoing,
    long mark,
    int tos,
    int protocol,
    int sourcePort,
    int destinationPort) {
  /** The name of the loopback interface. */
  public static final String LOOPBACK = "lo";

  /** A flow that starts on this machine, with nothing but a destination. */
  public static Flow to(IpAddress destination) {
    return new Flow(
        IpAddress.any(destination.version()),
        destination,
        LOOPBACK,
        Optional.empty(),
        0,
        0,
        0,
        0,
        0);
  }

  /** IPv4 or IPv6. */
  public IpVersion version() {
    return destination.version();
  }

  /** Whether only the interface that it came in by can lead there (rt6_need_strict). */
  boolean staysOnItsLink() {
    return version() == IpVersion.IPV6 && destination.isLinkLocal() && !incoming.equals(LOOPBACK);
  }

  /**
   * Whether only routes of one interface count (RT6_LOOKUP_F_IFACE): those that lead nowhere belong
   * to lo.
   */
  boolean isBoundToLink() {
    return isStrict(destination) && (!incoming.equals(LOOPBACK) || outgoing.isPresent());
  }

  /** Whether an address means something else on each link (rt6_need_strict). */
  public static boolean isStrict(IpAddress address) {
    return address.version() == IpVersion.IPV6
        && (address.isLinkLocal() || address.isMulticast() || address.isLoopback());
  }

  /** The same from another source. */
  public Flow withSource(IpAddress address) {
    return new Flow(
        address, destination, incoming, outgoing, mark, tos, protocol, sourcePort, destinationPort);
  }

  /** The same with a mark. */
  public Flow withMark(long value) {
    return new Flow(
        source, destination, incoming, outgoing, value, tos, protocol, sourcePort, destinationPort);
  }

  /** The same with a type of service or traffic class. */
  public Flow withTos(int value) {
    return new Flow(
        source,
        destination,
        incoming,
        outgoing,
        mark,
        value,
        protocol,
        sourcePort,
        destinationPort);
  }

  /** The same as if it came in by an interface. */
  public Flow withIncoming(String device) {
    return new Flow(
        source, destination, device, outgoing, mark, tos, protocol, sourcePort, destinationPort);
  }

  /** The same by way of one interface alone. */
  public Flow withOutgoing(String device) {
    return new Flow(
        source,
        destination,
        incoming,
        Optional.of(device),
        mark,
        tos,
        protocol,
        sourcePort,
        destinationPort);
  }
}
