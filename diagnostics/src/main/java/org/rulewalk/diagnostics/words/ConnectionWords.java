package org.rulewalk.diagnostics.words;

import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.packet.Protocol;

/** Connections in the words of the tool that lists them. */
public final class ConnectionWords {
  private ConnectionWords() {}

  /** The command that ends a connection. */
  public static String deletion(TrackedConnection connection) {
    TrackedConnection.Endpoints ends = connection.original();
    String port =
        Protocol.hasPorts(connection.protocol()) ? " --dport " + ends.destinationPort() : "";
    return "conntrack -D -s "
        + ends.source()
        + " -d "
        + ends.destination()
        + " -p "
        + ValueWords.protocol(connection.protocol())
        + port;
  }
}
