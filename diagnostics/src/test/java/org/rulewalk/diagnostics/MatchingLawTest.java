package org.rulewalk.diagnostics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.json.ProbeLine;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Matching;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;

/** Traces do not depend on how the rules that match are found. */
class MatchingLawTest {
  static Stream<Fixture> captures() {
    return Fixtures.captures().stream();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void tracesAreTheSame(Fixture fixture) throws Exception {
    Network network = AssumedSockets.apply(CaptureLoader.load(fixture.capture()).network());
    Simulator plain = new Simulator(network, Matching.PLAIN);
    Simulator compiled = new Simulator(network, Matching.COMPILED);
    Map<String, State> plainly = new HashMap<>();
    Map<String, State> fast = new HashMap<>();
    for (String line : Files.readAllLines(fixture.probes())) {
      ProbeLine probe = ProbeLine.parse(line);
      Outcome expected = run(plain, probe, plainly);
      Outcome got = run(compiled, probe, fast);
      assertEquals(expected.trace(), got.trace(), fixture.name() + " " + probe.id());
    }
  }

  private static Outcome run(Simulator simulator, ProbeLine probe, Map<String, State> states) {
    State before = State.EMPTY;
    for (String id : probe.after()) {
      before = states.getOrDefault(id, before);
    }
    Outcome outcome = simulator.run(probe.probe(), before, Choices.LIKELY);
    states.put(probe.id(), outcome.after());
    return outcome;
  }
}
