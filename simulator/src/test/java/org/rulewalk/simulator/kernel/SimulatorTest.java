package org.rulewalk.simulator.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

class SimulatorTest {
  private static final Statement ACCEPT = new Statement.Decide(Verdict.Simple.ACCEPT);
  private static final Statement DROP = new Statement.Decide(Verdict.Simple.DROP);

  private static Statement state(int bits) {
    return new Match.HasBits(
        new Expression.Ct(CtKey.STATE, Optional.empty()), false, Bits.of(bits));
  }

  private static Statement tcpPort(int port) {
    return Match.equal(
        Expression.of(HeaderField.TCP_DPORT), false, Bits.of(port), DataType.INET_SERVICE);
  }

  private static Chain forward(Verdict.Simple policy, List<Statement> rule) {
    return Lab.chain("forward", Chain.Type.FILTER, Hook.FORWARD, 0, policy, rule);
  }

  private static Statement nat(Statement.Nat.Kind kind, Optional<IpAddress> to) {
    Optional<Expression> address =
        to.map(a -> new Expression.Constant(Value.of(a.value()), DataType.IPV4_ADDR));
    return new Statement.Nat(
        kind,
        Optional.empty(),
        address,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of());
  }

  private static ConnectResult result(Outcome outcome) {
    return outcome.trace().result().orElseThrow();
  }

  private static Stop firstStop(Trace trace) {
    return trace.journeys().stream()
        .map(Journey::end)
        .filter(End.Stopped.class::isInstance)
        .map(end -> ((End.Stopped) end).stop())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void connectionThroughARouterWithoutRules() {
    Outcome outcome = new Lab().simulator().run(Lab.tcp("client", Lab.SERVER, 80));
    assertEquals(ConnectResult.CONNECTED, result(outcome));
    List<String> way = outcome.trace().requestPath().stream().map(Journey::machine).toList();
    assertEquals(List.of("client", "router", "server"), way);
  }

  @Test
  void closedPortIsRefusedByAReset() {
    Outcome outcome = new Lab().simulator().run(Lab.tcp("client", Lab.SERVER, 81));
    assertEquals(ConnectResult.REFUSED, result(outcome));
    assertEquals(63, outcome.trace().transmissions().get(1).packet().ttl());
  }

  @Test
  void datagramToAServiceIsAnsweredAndToAClosedPortRefused() {
    Simulator simulator = new Lab().simulator();
    assertEquals(ConnectResult.ANSWERED, result(simulator.run(Lab.udp("client", Lab.SERVER, 53))));
    assertEquals(ConnectResult.REFUSED, result(simulator.run(Lab.udp("client", Lab.SERVER, 54))));
  }

  @Test
  void pingIsAnswered() {
    assertEquals(
        ConnectResult.ANSWERED, result(new Lab().simulator().run(Lab.ping("client", Lab.SERVER))));
  }

  @Test
  void routerThatDoesNotForwardIsNamed() {
    Simulator simulator = new Lab().set("router", "net.ipv4.ip_forward", "0").simulator();
    Outcome outcome = simulator.run(Lab.tcp("client", Lab.SERVER, 80));
    assertEquals(ConnectResult.NO_ANSWER, result(outcome));
    Stop stop = firstStop(outcome.trace());
    assertEquals(new Stop.Refused(Arrival.Reason.NOT_FORWARDING, "left"), stop);
  }

  @Test
  void answerWithoutAWayBackIsLost() {
    Outcome outcome = new Lab().withoutWayBack().simulator().run(Lab.tcp("client", Lab.SERVER, 80));
    assertEquals(ConnectResult.NO_ANSWER, result(outcome));
    assertInstanceOf(Stop.NoRoute.class, firstStop(outcome.trace()));
  }

  @Test
  void policyDropsAndARuleForThePortLetsPass() {
    Simulator closed =
        new Lab()
            .rules(
                "router",
                Lab.table("fw", forward(Verdict.Simple.DROP, List.of(tcpPort(443), ACCEPT))))
            .simulator();
    Outcome blocked = closed.run(Lab.tcp("client", Lab.SERVER, 80));
    assertEquals(ConnectResult.NO_ANSWER, result(blocked));
    assertInstanceOf(Stop.ByPolicy.class, firstStop(blocked.trace()));
  }

  @Test
  void answersPassByTheirConnectionState() {
    Chain chain =
        Lab.chain(
            "forward",
            Chain.Type.FILTER,
            Hook.FORWARD,
            0,
            Verdict.Simple.DROP,
            List.of(state(CtKey.STATE_ESTABLISHED), ACCEPT),
            List.of(tcpPort(80), state(CtKey.STATE_NEW), ACCEPT));
    Simulator simulator = new Lab().rules("router", Lab.table("fw", chain)).simulator();
    assertEquals(ConnectResult.CONNECTED, result(simulator.run(Lab.tcp("client", Lab.SERVER, 80))));
  }

  @Test
  void acceptInOneChainDoesNotStopTheNext() {
    Chain first =
        Lab.chain("a", Chain.Type.FILTER, Hook.FORWARD, 0, Verdict.Simple.ACCEPT, List.of(ACCEPT));
    Chain second = Lab.chain("b", Chain.Type.FILTER, Hook.FORWARD, 1, Verdict.Simple.DROP);
    Simulator simulator = new Lab().rules("router", Lab.table("fw", first, second)).simulator();
    Outcome outcome = simulator.run(Lab.tcp("client", Lab.SERVER, 80));
    Stop.ByPolicy stop = assertInstanceOf(Stop.ByPolicy.class, firstStop(outcome.trace()));
    assertEquals("b", stop.step().chain().name());
  }

  @Test
  void destinationTranslationAndItsWayBack() {
    Chain chain =
        Lab.chain(
            "pre",
            Chain.Type.NAT,
            Hook.PREROUTING,
            -100,
            Verdict.Simple.ACCEPT,
            List.of(tcpPort(80), nat(Statement.Nat.Kind.DNAT, Optional.of(Lab.SERVER))));
    Simulator simulator = new Lab().rules("router", Lab.table("nat", chain)).simulator();
    Outcome outcome = simulator.run(Lab.tcp("client", Lab.ROUTER_NEAR, 80));
    assertEquals(ConnectResult.CONNECTED, result(outcome));
    Packet answer = outcome.trace().transmissions().get(3).packet();
    assertEquals(Lab.ROUTER_NEAR, answer.source());
    assertTrue(answer.hasValidTransportChecksum(6, answer.transportLength()));
  }

  @Test
  void masqueradingTakesTheOutgoingAddress() {
    Chain chain =
        Lab.chain(
            "post",
            Chain.Type.NAT,
            Hook.POSTROUTING,
            100,
            Verdict.Simple.ACCEPT,
            List.of(nat(Statement.Nat.Kind.MASQUERADE, Optional.empty())));
    Simulator simulator =
        new Lab().withoutWayBack().rules("router", Lab.table("nat", chain)).simulator();
    Outcome outcome = simulator.run(Lab.tcp("client", Lab.SERVER, 80));
    assertEquals(ConnectResult.CONNECTED, result(outcome));
    assertEquals(Lab.ROUTER_FAR, outcome.trace().transmissions().get(1).packet().source());
  }

  @Test
  void rejectAnswersWithAnErrorThatTheProgramSees() {
    Statement reject = new Statement.Reject(Statement.Reject.Kind.ICMP, 13);
    Simulator simulator =
        new Lab()
            .rules("router", Lab.table("fw", forward(Verdict.Simple.ACCEPT, List.of(reject))))
            .simulator();
    assertEquals(
        ConnectResult.UNREACHABLE, result(simulator.run(Lab.tcp("client", Lab.SERVER, 80))));
  }

  @Test
  void dropAtOutputTellsAPingingProgramButNotAConnectingOne() {
    Chain chain = Lab.chain("out", Chain.Type.FILTER, Hook.OUTPUT, 0, Verdict.Simple.DROP);
    Simulator simulator = new Lab().rules("client", Lab.table("fw", chain)).simulator();
    assertEquals(
        ConnectResult.NOT_PERMITTED, result(simulator.run(Lab.ping("client", Lab.SERVER))));
    assertEquals(ConnectResult.NO_ANSWER, result(simulator.run(Lab.tcp("client", Lab.SERVER, 80))));
  }

  @Test
  void waivedDropIsPassedOver() {
    Chain chain = Lab.chain("forward", Chain.Type.FILTER, Hook.FORWARD, 0, Verdict.Simple.DROP);
    Simulator simulator = new Lab().rules("router", Lab.table("fw", chain)).simulator();
    Choices waiving =
        new Choices() {
          @Override
          public boolean decide(String machine, Doubt doubt) {
            return doubt.likely();
          }

          @Override
          public boolean waives(String machine, Step step) {
            return machine.equals("router");
          }
        };
    Outcome outcome = simulator.run(Lab.tcp("client", Lab.SERVER, 80), State.EMPTY, waiving);
    assertEquals(ConnectResult.CONNECTED, result(outcome));
  }

  @Test
  void doubtIsFollowedEitherWayAndNamed() {
    Doubt doubt = new Doubt(Doubt.Kind.RATE_LIMIT, "limit rate 1/second", true, Source.NONE);
    Statement limit = new Match.Unknown("limit", doubt);
    Simulator simulator =
        new Lab()
            .rules("router", Lab.table("fw", forward(Verdict.Simple.DROP, List.of(limit, ACCEPT))))
            .simulator();
    Probe probe = Lab.tcp("client", Lab.SERVER, 80);
    Outcome likely = simulator.run(probe);
    Outcome other = simulator.run(probe, State.EMPTY, (machine, unknown) -> !unknown.likely());
    assertEquals(ConnectResult.CONNECTED, result(likely));
    assertEquals(ConnectResult.NO_ANSWER, result(other));
    assertEquals(doubt, likely.trace().assumptions().get(0).doubt());
  }

  @Test
  void stateOfOneProbeIsThereForTheNext() {
    Chain chain =
        Lab.chain(
            "forward",
            Chain.Type.FILTER,
            Hook.FORWARD,
            0,
            Verdict.Simple.ACCEPT,
            List.of(state(CtKey.STATE_INVALID), DROP));
    Simulator simulator = new Lab().rules("router", Lab.table("fw", chain)).simulator();
    Packets.Tcp header = new Packets.Tcp(80, 1234, 7, 1, TcpFlags.SYN | TcpFlags.ACK, 1000);
    Packet answer =
        Packets.tcp(
            Lab.SERVER, Lab.CLIENT, header, new byte[0], new byte[0], Packets.IpOptions.DEFAULT);
    Probe back = new Probe.Arrive("router", "right", answer);
    assertInstanceOf(Stop.ByRule.class, firstStop(simulator.run(back).trace()));
    Packets.Tcp syn = new Packets.Tcp(1234, 80, 0, 0, TcpFlags.SYN, 1000);
    Packet request =
        Packets.tcp(
            Lab.CLIENT, Lab.SERVER, syn, new byte[0], new byte[0], Packets.IpOptions.DEFAULT);
    // the server's own answer is lost here, so that the state is that of a connection just begun
    Simulator silent =
        new Lab()
            .rules("router", Lab.table("fw", chain))
            .rules(
                "server",
                Lab.table(
                    "fw", Lab.chain("in", Chain.Type.FILTER, Hook.INPUT, 0, Verdict.Simple.DROP)))
            .simulator();
    Outcome begun = silent.run(new Probe.Arrive("router", "left", request));
    Outcome second = silent.run(back, begun.after(), Choices.LIKELY);
    assertEquals("eth0", second.trace().journeys().get(1).incoming().orElseThrow());
  }

  @Test
  void timeToLiveRunsOutAtTheRouter() {
    Packet packet =
        Packets.udp(
            Lab.CLIENT, Lab.SERVER, 1, 53, new byte[0], Packets.IpOptions.DEFAULT.withTtl(1));
    Outcome outcome = new Lab().simulator().run(new Probe.Arrive("router", "left", packet));
    assertEquals(new Stop.Expired(), firstStop(outcome.trace()));
    Packet error = outcome.trace().transmissions().get(0).packet();
    assertEquals(11, error.icmpType());
    assertEquals(Lab.ROUTER_NEAR, error.source());
  }

  @Test
  void sameQuestionHasTheSameAnswer() {
    Simulator simulator = new Lab().simulator();
    Probe probe = Lab.tcp("client", Lab.SERVER, 80);
    assertEquals(simulator.run(probe).trace(), simulator.run(probe).trace());
  }
}
