package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;

/**
 * Whether a connection that came about goes on: its second packet gets as far as the first. A rule
 * for new connections alone is not enough where another drops all the rest.
 */
public final class FollowUp {
  private static final int WINDOW = 502;

  private FollowUp() {}

  /** What stops the second packet; empty if nothing does, or nothing can follow. */
  public static Optional<Cause> stopped(Network network, Outcome first) {
    List<Journey> path = first.trace().requestPath();
    Optional<Packet> next =
        path.isEmpty() ? Optional.empty() : next(first.trace(), path.get(0).packet());
    return next.map(packet -> new Probe.Send(path.get(0).machine(), packet))
        .map(probe -> new Simulator(network).run(probe, first.after(), Choices.LIKELY).trace())
        .filter(trace -> trace.requestPath().stream().noneMatch(Journey::isDelivered))
        .flatMap(trace -> new Causes(network, trace).first());
  }

  private static Optional<Packet> next(Trace trace, Packet asked) {
    if (asked.protocol() != Protocol.TCP) {
      return Optional.of(asked);
    }
    return trace.journeys().stream()
        .filter(Journey::isDelivered)
        .map(Journey::packet)
        .filter(packet -> packet.protocol() == Protocol.TCP)
        .filter(
            packet ->
                (packet.tcpFlags() & (TcpFlags.SYN | TcpFlags.ACK))
                    == (TcpFlags.SYN | TcpFlags.ACK))
        .reduce((one, later) -> later)
        .map(
            answer ->
                Packets.tcp(
                    asked.source(),
                    asked.destination(),
                    new Packets.Tcp(
                        asked.sourcePort(),
                        asked.destinationPort(),
                        number(asked, 4) + 1,
                        number(answer, 4) + 1,
                        TcpFlags.ACK,
                        WINDOW),
                    new byte[0],
                    new byte[0],
                    Packets.IpOptions.DEFAULT));
  }

  private static long number(Packet packet, int offset) {
    int at = packet.transportOffset() + offset;
    return (long) packet.u16(at) << 16 | packet.u16(at + 2);
  }
}
