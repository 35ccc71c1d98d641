package org.rulewalk.simulator.flow;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.SymbolicPacket;

/** Sets of packets that are named by one of them. */
public final class NamedPackets {
  private NamedPackets() {}

  /**
   * Packets as one of a connection: with its addresses, its protocol and the port of its service,
   * by the same interface.
   *
   * @param answer whether the packet answers, so that the service's port is its source
   * @param anyClient whether the client's address may be another
   */
  public static PacketSet ofConnection(
      Packet packet,
      Optional<String> incoming,
      boolean answer,
      boolean anyClient,
      PacketSpace space) {
    Selectors selectors =
        Selectors.of(SymbolicPacket.in(space), packet.version(), new Doubts(space));
    PacketSet found = space.version(packet.version());
    if (answer || !anyClient) {
      found = found.and(selectors.source(packet.source()));
    }
    if (!answer || !anyClient) {
      found = found.and(selectors.destination(packet.destination()));
    }
    if (incoming.isPresent()) {
      found = found.and(selectors.incoming(incoming.get()));
    }
    found = found.and(selectors.ofProtocol(packet.protocol()));
    if (Protocol.hasPorts(packet.protocol())) {
      found =
          found.and(
              selectors.port(answer, answer ? packet.sourcePort() : packet.destinationPort()));
    }
    return found;
  }
}
