package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpAddress;

/** TCP connections that a listening socket of a machine has taken, or is about to take. */
final class Sockets {
  /** The first sequence number of our own answers; the kernel picks one by chance. */
  static final long INITIAL_SEQUENCE = 0x20000000L;

  private final Map<Ends, Stage> connections = new HashMap<>();

  /** How far a connection has got. */
  enum Stage {
    /** A SYN was answered. */
    HALF_OPEN,
    /** The handshake is complete. */
    ESTABLISHED
  }

  /** Both ends, as packets from the other side have them. */
  private record Ends(
      IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
    static Ends of(Packet packet) {
      return new Ends(
          packet.source(), packet.sourcePort(), packet.destination(), packet.destinationPort());
    }
  }

  Sockets copy() {
    Sockets twin = new Sockets();
    twin.connections.putAll(connections);
    return twin;
  }

  Optional<Stage> find(Packet packet) {
    return Optional.ofNullable(connections.get(Ends.of(packet)));
  }

  void put(Packet packet, Stage stage) {
    connections.put(Ends.of(packet), stage);
  }

  void remove(Packet packet) {
    connections.remove(Ends.of(packet));
  }
}
