package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Manner;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpVersion;

/**
 * After small packets got through: one packet of a given size, and for TCP one each way over the
 * connection that was made. It counts as having got through if it arrives, or if its sender is told
 * that it is too large (RFC 1191, RFC 8201) and so can send smaller ones.
 */
final class LargePackets {
  private static final int MAXIMUM_SEGMENT = 2;
  private static final int WINDOW = 501;

  private final Network network;
  private final Question question;
  private final Choices choices;

  LargePackets(Network network, Question question, Choices choices) {
    this.network = network;
    this.question = question;
    this.choices = choices;
  }

  /** What is seen of large packets where small ones got through. */
  Asking.Seen after(Outcome small, Asking.Seen seen) {
    List<Journey> path = small.trace().requestPath();
    Packet first = path.get(0).packet();
    String sender = path.get(0).machine();
    if (first.protocol() != Protocol.TCP) {
      Optional<Packet> large = grown(first);
      return large
          .map(packet -> sent(sender, packet, small, false))
          .filter(each -> !each.hasArrived())
          .map(each -> each.seen(seen))
          .orElse(seen);
    }
    Optional<Journey> arrived = path.stream().filter(Journey::isDelivered).reduce((a, b) -> b);
    Optional<Packet> answer = arrived.flatMap(journey -> handshake(small.trace(), journey));
    Optional<Packet> told = synAckAt(small.trace(), sender);
    if (arrived.isEmpty() || answer.isEmpty() || told.isEmpty()) {
      return seen;
    }
    Packet asked = arrived.get().last();
    Sent there = sent(sender, segment(first, told.get(), first, told.get()), small, false);
    if (!there.hasArrived()) {
      return there.seen(seen);
    }
    Packet back = segment(answer.get(), asked, answer.get(), asked);
    Sent sentBack = sent(arrived.get().machine(), back, small, true);
    return sentBack.hasArrived() ? seen : sentBack.seen(seen);
  }

  /** A large packet that was sent: whether it arrived, or its sender was told. */
  private record Sent(Outcome outcome, boolean hasArrived, boolean isTold, boolean back) {
    Asking.Seen seen(Asking.Seen small) {
      ConnectResult result = isTold ? small.result() : ConnectResult.NO_ANSWER;
      return new Asking.Seen(outcome, result, small.source(), true, back);
    }
  }

  private Sent sent(String machine, Packet packet, Outcome small, boolean back) {
    Outcome outcome =
        new Simulator(network).run(new Probe.Send(machine, packet), small.after(), choices);
    Trace trace = outcome.trace();
    List<Journey> path = trace.requestPath();
    boolean arrived =
        path.stream()
            .anyMatch(
                j -> isTaken(j, packet.protocol()) && answersArrive(trace, j, packet.protocol()));
    return new Sent(outcome, arrived, isTold(trace, path, machine), back);
  }

  /** Of TCP, whoever gets it has the connection: its sockets are not simulated any further. */
  private static boolean isTaken(Journey journey, int protocol) {
    return journey.end() instanceof End.Delivered
        && (protocol == Protocol.TCP
            || ((End.Delivered) journey.end()).receiver() != End.Receiver.NOBODY);
  }

  /**
   * Pings and datagrams are answered in the same size; of TCP each direction is asked by itself.
   */
  private static boolean answersArrive(Trace trace, Journey taken, int protocol) {
    return protocol == Protocol.TCP
        || trace.answersTo(taken).stream()
            .map(trace::pathFrom)
            .allMatch(path -> path.get(path.size() - 1).isDelivered());
  }

  private static boolean isTold(Trace trace, List<Journey> path, String machine) {
    boolean ownInterface =
        path.stream().anyMatch(j -> tooBig(j).isPresent() && j.machine().equals(machine));
    return ownInterface
        || trace.journeys().stream()
            .anyMatch(j -> j.isDelivered() && j.machine().equals(machine) && saysTooBig(j.last()));
  }

  /** Whether it is the error about a packet that did not fit. */
  static boolean saysTooBig(Packet packet) {
    return packet.protocol() == Protocol.ICMP && packet.icmpType() == 3 && packet.icmpCode() == 4
        || packet.protocol() == Protocol.ICMPV6 && packet.icmpType() == 2;
  }

  /** Where a packet did not fit. */
  static Optional<Stop.TooBig> tooBig(Journey journey) {
    return journey.end() instanceof End.Stopped
            && ((End.Stopped) journey.end()).stop() instanceof Stop.TooBig
        ? Optional.of((Stop.TooBig) ((End.Stopped) journey.end()).stop())
        : Optional.empty();
  }

  /** The SYN-ACK as the server sent it. */
  private static Optional<Packet> handshake(Trace trace, Journey arrived) {
    return trace.answersTo(arrived).stream()
        .map(Journey::packet)
        .filter(packet -> packet.protocol() == Protocol.TCP)
        .findFirst();
  }

  /** The SYN-ACK as it came to the one who asked. */
  private static Optional<Packet> synAckAt(Trace trace, String machine) {
    return trace.journeys().stream()
        .filter(j -> j.isDelivered() && j.machine().equals(machine))
        .map(Journey::last)
        .filter(p -> p.protocol() == Protocol.TCP && (p.tcpFlags() & TcpFlags.SYN) != 0)
        .findFirst();
  }

  private Packets.IpOptions ip() {
    return new Packets.IpOptions(64, 0, question.manner().dontFragment(), 0);
  }

  private static int headers(Packet packet) {
    return packet.version().headerBytes();
  }

  /**
   * A segment with data, as large as wished, or as the other side allows by its maximum segment
   * size, which a rule on the way may have made smaller.
   *
   * @param ends whose addresses and ports it has
   * @param limiting what the sender got of the handshake
   * @param own what the sender sent last
   * @param other what it got last
   */
  private Packet segment(Packet ends, Packet limiting, Packet own, Packet other) {
    int overhead = headers(ends) + 20;
    int most = maximumSegment(limiting).map(size -> size + overhead).orElse(Manner.LARGEST);
    int data = Math.max(0, Math.min(question.manner().sizeBytes(), most) - overhead);
    Packets.Tcp tcp =
        new Packets.Tcp(
            ends.sourcePort(),
            ends.destinationPort(),
            sequence(own) + 1 & 0xffffffffL,
            sequence(other) + 1 & 0xffffffffL,
            TcpFlags.ACK | TcpFlags.PSH,
            WINDOW);
    return Packets.tcp(ends.source(), ends.destination(), tcp, new byte[0], new byte[data], ip());
  }

  private static long sequence(Packet packet) {
    return packet.u32(packet.transportOffset() + 4);
  }

  private static Optional<Integer> maximumSegment(Packet packet) {
    int start = packet.transportOffset();
    int end = start + (packet.u8(start + 12) >>> 4) * 4;
    for (int at = start + 20; at + 1 < end && packet.u8(at) != 0; ) {
      if (packet.u8(at) == MAXIMUM_SEGMENT && at + 4 <= end) {
        return Optional.of(packet.u16(at + 2));
      }
      at += packet.u8(at) == 1 ? 1 : Math.max(2, packet.u8(at + 1));
    }
    return Optional.empty();
  }

  /** The first packet with more data; empty for protocols without any. */
  private Optional<Packet> grown(Packet first) {
    int data = Math.max(0, question.manner().sizeBytes() - headers(first) - 8);
    if (first.protocol() == Protocol.UDP) {
      return Optional.of(
          Packets.udp(
              first.source(),
              first.destination(),
              first.sourcePort(),
              first.destinationPort(),
              new byte[data],
              ip()));
    }
    boolean echo = first.isIcmp() && first.icmpType() == (isV4(first) ? 8 : 128);
    return echo
        ? Optional.of(
            Packets.icmp(
                first.source(),
                first.destination(),
                first.icmpType(),
                0,
                first.u32(first.transportOffset() + 4),
                new byte[data],
                ip()))
        : Optional.empty();
  }

  private static boolean isV4(Packet packet) {
    return packet.version() == IpVersion.IPV4;
  }
}
