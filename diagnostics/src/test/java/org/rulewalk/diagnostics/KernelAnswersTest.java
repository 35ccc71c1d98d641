package org.rulewalk.diagnostics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.json.ProbeLine;
import org.rulewalk.diagnostics.json.TraceJson;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.fixtures.Score;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;

/**
 * Every recorded packet of every recorded network: the simulator must say what the kernel did,
 * exactly.
 */
class KernelAnswersTest {
  static Stream<Fixture> captures() {
    return Fixtures.captures().stream();
  }

  static Stream<Fixture> ownCaptures() {
    return Fixtures.own().stream();
  }

  @Test
  void thereAreRecordings() {
    assertTrue(Fixtures.own().size() >= 50);
  }

  @ParameterizedTest
  @MethodSource("captures")
  void traceIsTheKernels(Fixture fixture) throws Exception {
    Network network = AssumedSockets.apply(CaptureLoader.load(fixture.capture()).network());
    Simulator simulator = new Simulator(network);
    TraceJson writer = new TraceJson(network);
    Map<String, State> states = new HashMap<>();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : Files.readAllLines(fixture.probes())) {
      ProbeLine probe = ProbeLine.parse(line);
      State before = State.EMPTY;
      for (String id : probe.after()) {
        before = states.getOrDefault(id, before);
      }
      Outcome outcome = simulator.run(probe.probe(), before, Choices.LIKELY);
      states.put(probe.id(), outcome.after());
      answers.add(writer.answer(probe.id(), outcome.trace()));
    }
    Score score = fixture.answers().score(answers);
    assertTrue(score.perfect(), score.toString());
  }

  /**
   * Asked in a user's words, each connection has the kernel's result, and its first cause the
   * kernel's drop.
   */
  @ParameterizedTest
  @MethodSource("ownCaptures")
  void whyAgreesWithTheKernel(Fixture fixture) throws Exception {
    Network network = CaptureLoader.load(fixture.capture()).network();
    for (String id : fixture.answers().ids()) {
      JsonNode connect = fixture.answers().probe(id).path("connect");
      if (connect.isMissingNode()) {
        continue;
      }
      String proto = connect.path("proto").asText();
      String service = proto.equals("icmp") ? "ping" : proto + "/" + connect.path("port").asInt();
      Answer answer =
          Investigation.of(
              network,
              new Places(network)
                  .question(
                      connect.path("machine").asText(), connect.path("to").asText(), service));
      JsonNode expected = fixture.answers().expected(id);
      assertEquals(
          expected.path("result").asText(), answer.result().word(), fixture.name() + " " + id);
      boolean success = answer.result().isSuccess();
      assertEquals(success, answer.causes().isEmpty(), fixture.name() + " " + id);
    }
  }
}
