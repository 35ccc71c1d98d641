package org.rulewalk.diagnostics.why;

import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

/** Asks the simulator a question, and says what the asking program saw. */
final class Asking {
  private static final int EPHEMERAL_PORT = 40000;

  private final Question question;
  private final Watcher watcher;
  private final Function<Network, Simulator> simulators;

  Asking(Question question) {
    this(question, Watcher.NONE, Simulator::new);
  }

  /**
   * @param simulators gives a network's simulator
   */
  Asking(Question question, Watcher watcher, Function<Network, Simulator> simulators) {
    this.question = question;
    this.watcher = watcher;
    this.simulators = simulators;
  }

  /**
   * What one run showed.
   *
   * @param large whether the trace is that of a large packet, which came after small ones had got
   *     through
   * @param back whether that packet is one of the answers
   */
  record Seen(
      Outcome outcome, ConnectResult result, IpAddress source, boolean large, boolean back) {
    Seen(Outcome outcome, ConnectResult result, IpAddress source) {
      this(outcome, result, source, false, false);
    }

    Trace trace() {
      return outcome.trace();
    }

    boolean isSuccess() {
      return result.isSuccess();
    }
  }

  Seen ask(Network network, Choices choices) {
    return ask(network, choices, State.EMPTY);
  }

  /** The same with what machines remember from before. */
  Seen ask(Network network, Choices choices, State before) {
    Place from = question.from();
    Machine machine =
        network
            .machine(from.machine().orElse(""))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "nobody in the capture stands for " + from.shown()));
    IpAddress to = question.to().address().orElseThrow();
    IpAddress usual = usualSource(machine, to);
    IpAddress source = from.address().filter(a -> a.version() == to.version()).orElse(usual);
    Service service = question.service();
    if (question.manner().open()) {
      return new OpenConnection(question, network, choices).seen(machine, source, to);
    }
    boolean plain = service.isConversation() && source.equals(usual);
    Probe probe =
        plain
            ? new Probe.Connect(
                machine.name(), to, service.protocol(), service.port(), service.sourcePort())
            : new Probe.Send(machine.name(), packet(source, to, service));
    Outcome outcome = simulators.apply(network).run(probe, before, watcher.hearing(choices));
    Trace trace = outcome.trace();
    watcher.ran(network, trace);
    Seen seen = new Seen(outcome, trace.result().orElseGet(() -> resultOf(trace)), source);
    return question.manner().sizeBytes() > 0 && seen.isSuccess()
        ? new LargePackets(network, question, choices).after(outcome, seen)
        : seen;
  }

  private static IpAddress usualSource(Machine machine, IpAddress to) {
    Departure departure = new Router(machine).depart(Flow.to(to), false);
    return departure instanceof Departure.Leave
        ? ((Departure.Leave) departure).source()
        : IpAddress.any(to.version());
  }

  private static Packet packet(IpAddress source, IpAddress to, Service service) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    int port = service.sourcePort().orElse(EPHEMERAL_PORT);
    switch (service.protocol()) {
      case Protocol.TCP:
        Packets.Tcp syn = new Packets.Tcp(port, service.port(), 1, 0, TcpFlags.SYN, 64240);
        return Packets.tcp(source, to, syn, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(source, to, port, service.port(), new byte[8], ip);
      case Protocol.ICMP:
        boolean v4 = to.version() == org.rulewalk.simulator.value.IpVersion.IPV4;
        int type = service.isPing() ? (v4 ? 8 : 128) : service.icmpType();
        return Packets.icmp(source, to, type, service.icmpCode(), 1 << 16 | 1, new byte[56], ip);
      default:
        return Packets.ip(source, to, service.protocol(), new byte[8], ip);
    }
  }

  /**
   * For packets that no socket waits behind: whether it arrived, and something came back if one
   * must.
   */
  private ConnectResult resultOf(Trace trace) {
    if (trace.sendError().isPresent()) {
      return trace.sendError().get().word().equals("not-permitted")
          ? ConnectResult.NOT_PERMITTED
          : ConnectResult.UNREACHABLE;
    }
    Optional<Journey> arrived =
        trace.requestPath().stream().filter(Journey::isDelivered).reduce((a, b) -> b);
    if (arrived.isEmpty()) {
      return isTold(trace) ? ConnectResult.UNREACHABLE : ConnectResult.NO_ANSWER;
    }
    End.Receiver receiver = ((End.Delivered) arrived.get().end()).receiver();
    if (receiver == End.Receiver.NOBODY || receiver == End.Receiver.SILENT) {
      return receiver == End.Receiver.SILENT ? ConnectResult.NO_ANSWER : ConnectResult.REFUSED;
    }
    if (!question.service().isConversation()) {
      return ConnectResult.ANSWERED;
    }
    boolean back =
        trace.answersTo(arrived.get()).stream()
            .map(trace::pathFrom)
            .map(path -> path.get(path.size() - 1))
            .anyMatch(
                last ->
                    last.isDelivered()
                        && last.machine().equals(question.from().machine().orElse("")));
    return back ? ConnectResult.ANSWERED : ConnectResult.NO_ANSWER;
  }

  private boolean isTold(Trace trace) {
    return trace.journeys().stream()
        .anyMatch(
            journey ->
                journey.isDelivered()
                    && journey.packet().isIcmpError()
                    && journey.machine().equals(question.from().machine().orElse("")));
  }
}
