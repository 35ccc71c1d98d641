package org.rulewalk.diagnostics.fixes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Closing;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.diagnostics.why.Passage;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.fixtures.KernelAnswers;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Network;

/** What closes a connection that the kernel let come about closes this one and no other. */
class ClosingTest {
  /** A recorded connection that came about. */
  private record Open(String name, Question question, Answer answer, Optional<Fix> closing) {}

  @Test
  void whatClosesOneConnectionLeavesTheOthers() {
    int closed = 0;
    int filtered = 0;
    List<String> wrong = new ArrayList<>();
    for (Fixture fixture : Fixtures.own()) {
      List<Open> all = open(fixture);
      for (Open each : all) {
        filtered += Passage.of(each.answer()).gates().isEmpty() ? 0 : 1;
        if (each.closing().isEmpty()) {
          continue;
        }
        closed++;
        Network after = changed(each);
        if (isReachable(after, each.question())) {
          wrong.add(each.name() + " stays open after " + each.closing().get().now());
        }
        for (Open other : all) {
          boolean another =
              !other.question().service().text().equals(each.question().service().text())
                  || !other.answer().source().equals(each.answer().source())
                  || !other.question().to().equals(each.question().to());
          boolean sameEnd = other.answer().endsAt().equals(each.answer().endsAt());
          if (another && !sameEnd && !isReachable(after, other.question())) {
            wrong.add(other.name() + " is closed too by " + each.closing().get().now());
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    // on the way of the others nothing filters, so that there is nothing to change
    assertEquals(filtered, closed);
    assertTrue(closed > 100, "only " + closed);
  }

  private static List<Open> open(Fixture fixture) {
    Capture capture = CaptureLoader.load(fixture.capture());
    Evidence evidence = JournalEvidence.of(fixture.capture(), capture);
    KernelAnswers answers = fixture.answers();
    List<Open> found = new ArrayList<>();
    for (String id : answers.ids()) {
      JsonNode connect = answers.probe(id).path("connect");
      boolean success = BlockedQuestion.isSuccess(answers.expected(id).path("result").asText());
      if (!connect.isMissingNode() && success) {
        Question question = question(capture.network(), connect);
        Answer answer = Investigation.of(capture.network(), question, evidence);
        String name = fixture.name() + " " + id;
        found.add(new Open(name, question, answer, Closing.of(answer, evidence)));
      }
    }
    return found;
  }

  private static Question question(Network network, JsonNode connect) {
    String proto = connect.path("proto").asText();
    int from = connect.path("from_port").asInt();
    String service =
        proto.equals("icmp")
            ? "ping"
            : proto + "/" + connect.path("port").asInt() + (from == 0 ? "" : "@" + from);
    return new Places(network)
        .question(connect.path("machine").asText(), connect.path("to").asText(), service);
  }

  /** By the printed command, where it is one of a tool. */
  private static Network changed(Open each) {
    Fix fix = each.closing().orElseThrow();
    if (fix.machine().equals("dom0")) {
      return fix.change().apply(each.answer().network());
    }
    Network network = each.answer().network();
    for (String command : fix.now()) {
      network =
          network.with(
              ScriptRunner.run(
                      SourceText.of("", command),
                      network.machine(fix.machine()).orElseThrow(),
                      Invocation.Files.NONE)
                  .machine());
    }
    return network;
  }

  private static boolean isReachable(Network network, Question question) {
    return Investigation.of(network, question).verdict() == Answer.Verdict.REACHABLE;
  }
}
