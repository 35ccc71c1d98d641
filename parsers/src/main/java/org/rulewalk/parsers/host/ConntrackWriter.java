package org.rulewalk.parsers.host;

import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.packet.Protocol;

/** Writes connections as {@code conntrack -L} lists them, without what they counted. */
public final class ConntrackWriter {
  private ConntrackWriter() {}

  /**
   * One connection on one line.
   *
   * @param timed whether with the seconds that it is still kept
   */
  public static String line(TrackedConnection connection, boolean timed) {
    StringBuilder line = new StringBuilder();
    line.append(name(connection.protocol())).append(' ').append(connection.protocol());
    line.append(timed ? " " + connection.timeoutSeconds() : "");
    line.append(connection.state().isEmpty() ? "" : " " + connection.state());
    line.append(endpoints(connection.protocol(), connection.original()));
    line.append(flag(connection, "UNREPLIED"));
    line.append(endpoints(connection.protocol(), connection.reply()));
    line.append(flag(connection, "ASSURED")).append(flag(connection, "OFFLOAD"));
    connection.mark().ifPresent(mark -> line.append(" mark=").append(mark));
    line.append(connection.zone() == 0 ? "" : " zone=" + connection.zone());
    return line.toString();
  }

  private static String flag(TrackedConnection connection, String flag) {
    return connection.flags().contains(flag) ? " [" + flag + "]" : "";
  }

  private static String endpoints(int protocol, TrackedConnection.Endpoints ends) {
    String addresses = " src=" + ends.source() + " dst=" + ends.destination();
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      return addresses
          + (" type=" + (ends.destinationPort() >> 8) + " code=" + (ends.destinationPort() & 0xff))
          + (" id=" + ends.sourcePort());
    }
    return Protocol.hasPorts(protocol)
        ? addresses + " sport=" + ends.sourcePort() + " dport=" + ends.destinationPort()
        : addresses;
  }

  private static String name(int protocol) {
    switch (protocol) {
      case Protocol.TCP:
        return "tcp";
      case Protocol.UDP:
        return "udp";
      case Protocol.ICMP:
        return "icmp";
      case Protocol.ICMPV6:
        return "icmpv6";
      case Protocol.SCTP:
        return "sctp";
      default:
        return "unknown";
    }
  }
}
