package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.KernelAnswers;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Network;

/**
 * A connection of a recorded network that the kernel did not let come about, and what {@code why}
 * says of it.
 *
 * @param kernel what the program was told
 */
record BlockedQuestion(Fixture fixture, String id, JsonNode connect, String kernel, Answer answer) {
  /** All of one recording, in its order. */
  static List<BlockedQuestion> of(Fixture fixture) {
    Network network = CaptureLoader.load(fixture.capture()).network();
    KernelAnswers answers = fixture.answers();
    List<BlockedQuestion> found = new ArrayList<>();
    for (String id : answers.ids()) {
      JsonNode connect = answers.probe(id).path("connect");
      String result = answers.expected(id).path("result").asText();
      if (!connect.isMissingNode() && !isSuccess(result)) {
        found.add(
            new BlockedQuestion(fixture, id, connect, result, ask(fixture, network, connect)));
      }
    }
    return found;
  }

  static boolean isSuccess(String result) {
    return result.equals("connected") || result.equals("answered");
  }

  private static Answer ask(Fixture fixture, Network network, JsonNode connect) {
    String proto = connect.path("proto").asText();
    int from = connect.path("from_port").asInt();
    String service =
        proto.equals("icmp")
            ? "ping"
            : proto + "/" + connect.path("port").asInt() + (from == 0 ? "" : "@" + from);
    return Investigation.of(
        network,
        new Places(network)
            .question(connect.path("machine").asText(), connect.path("to").asText(), service),
        new JournalEvidence(fixture.capture()));
  }

  @Override
  public String toString() {
    return fixture.name() + " " + id;
  }
}
