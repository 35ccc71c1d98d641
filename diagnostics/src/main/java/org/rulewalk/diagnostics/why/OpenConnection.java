package org.rulewalk.diagnostics.why;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Asks about a connection that was open when the machines were captured: the next packet of it,
 * with what each machine was tracking. Where a flowtable forwards the connection, the forward hook
 * is not asked (net/netfilter/nf_flow_table_ip.c).
 */
final class OpenConnection {
  private static final int SOME_PORT = 40000;

  private final Question question;
  private final Network network;
  private final Choices choices;

  OpenConnection(Question question, Network network, Choices choices) {
    this.question = question;
    this.network = network;
    this.choices = choices;
  }

  /** A connection of the question's, as a machine tracks it. */
  record Tracked(Machine machine, TrackedConnection connection) {
    boolean isOffloaded() {
      return connection.flags().contains("OFFLOAD") || connection.flags().contains("HW_OFFLOAD");
    }
  }

  /** All that a capture lists of connections that a question may mean. */
  static List<Tracked> of(Question question, Network network, IpAddress source, IpAddress to) {
    Service service = question.service();
    return network.machines().values().stream()
        .flatMap(
            machine ->
                machine.connections().stream()
                    .filter(each -> isMeant(each, service, source, to))
                    .map(each -> new Tracked(machine, each)))
        .toList();
  }

  private static boolean isMeant(
      TrackedConnection each, Service service, IpAddress source, IpAddress to) {
    TrackedConnection.Endpoints ends = each.original();
    boolean port =
        !Protocol.hasPorts(service.protocol())
            || ends.destinationPort() == service.port()
                && (service.sourcePort().isEmpty()
                    || service.sourcePort().getAsInt() == ends.sourcePort());
    return each.protocol() == service.protocol()
        && ends.source().equals(source)
        && ends.destination().equals(to)
        && port
        && !isOver(each);
  }

  private static boolean isOver(TrackedConnection each) {
    return Set.of("TIME_WAIT", "CLOSE", "LAST_ACK").contains(each.state());
  }

  /** What becomes of the connection's next packet. */
  Asking.Seen seen(Machine sender, IpAddress source, IpAddress to) {
    List<Tracked> tracked = of(question, network, source, to);
    int port =
        question
            .service()
            .sourcePort()
            .orElse(
                tracked.stream()
                    .findFirst()
                    .map(each -> each.connection().original().sourcePort())
                    .orElse(SOME_PORT));
    Set<String> offloading = new HashSet<>();
    tracked.stream()
        .filter(Tracked::isOffloaded)
        .forEach(each -> offloading.add(each.machine().name()));
    Probe probe = new Probe.Send(sender.name(), next(source, to, port));
    Outcome outcome =
        new Simulator(network)
            .run(probe, State.captured(network), new PastForward(choices, offloading));
    boolean arrived = outcome.trace().requestPath().stream().anyMatch(Journey::isDelivered);
    return new Asking.Seen(
        outcome, arrived ? ConnectResult.CONNECTED : ConnectResult.NO_ANSWER, source);
  }

  private Packet next(IpAddress source, IpAddress to, int port) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    int wanted = question.service().port();
    if (question.service().protocol() == Protocol.TCP) {
      Packets.Tcp tcp = new Packets.Tcp(port, wanted, 17, 23, TcpFlags.ACK | TcpFlags.PSH, 501);
      return Packets.tcp(source, to, tcp, new byte[0], new byte[8], ip);
    }
    return Packets.udp(source, to, port, wanted, new byte[8], ip);
  }

  /** Passes over the forward hook of machines whose flowtable has the connection. */
  private static final class PastForward implements Choices {
    private final Choices choices;
    private final Set<String> machines;

    PastForward(Choices choices, Set<String> machines) {
      this.choices = choices;
      this.machines = machines;
    }

    @Override
    public boolean decide(String machine, Doubt doubt) {
      return choices.decide(machine, doubt);
    }

    @Override
    public boolean waives(String machine, Step step, boolean answer) {
      boolean forward = ((Step.OfChain) step).hook() == Hook.FORWARD;
      return forward && machines.contains(machine) || choices.waives(machine, step, answer);
    }

    @Override
    public void deciding(String machine, Step step, PacketContext context) {
      choices.deciding(machine, step, context);
    }
  }
}
