package org.rulewalk.simulator.flow;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.Prefix;

/** Sets of packets that are named by one of them. */
public final class NamedPackets {
  private NamedPackets() {}

  /**
   * Packets as one of a connection: with its addresses, its protocol and the port of its service,
   * by the same interface.
   *
   * @param answer whether the packet answers, so that the service's port is its source
   * @param clients the addresses that the client may have instead of its own; empty if none
   */
  public static PacketSet ofConnection(
      Packet packet,
      Optional<String> incoming,
      boolean answer,
      Optional<Prefix> clients,
      PacketSpace space) {
    Selectors selectors =
        Selectors.of(SymbolicPacket.in(space), packet.version(), new Doubts(space));
    PacketSet found = space.version(packet.version());
    Prefix client =
        clients.orElseGet(() -> (answer ? packet.destination() : packet.source()).toPrefix());
    Prefix server = (answer ? packet.source() : packet.destination()).toPrefix();
    found = found.and(selectors.source(answer ? server : client));
    found = found.and(selectors.destination(answer ? client : server));
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
