package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.rulewalk.fixtures.Fixtures;

/** How steps, needs and evidence come out: on the screen, and as members of the JSON. */
class BesidesOutputTest {
  private static String run(String... words) {
    StringWriter out = new StringWriter();
    words[1] = Fixtures.named(words[1]).capture().toString();
    Rulewalk.run(
        words,
        new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), false, false));
    return out.toString();
  }

  private static JsonNode json(String... words) throws IOException {
    return new ObjectMapper().readTree(run(words));
  }

  @Test
  void theTableOfAPortForwardNamesFileAndLine() {
    String screen =
        run("why", "port-forward-wrong-interface", "outside", "198.51.100.10", "tcp/443");
    assertTrue(screen.contains("Port forward to work   5 of 8 steps are there"), screen);
    assertTrue(screen.contains("wrong interface: eth0, not ens6   iptables-save.txt:41"), screen);
  }

  @Test
  void stepsAreAMemberOfTheJson() throws IOException {
    JsonNode answer =
        json("why", "port-forward-stale-target", "outside", "198.51.100.10", "tcp/443", "--json");
    assertEquals("work", answer.path("forwardedTo").asText());
    JsonNode step = answer.path("steps").path(3);
    assertEquals("sys-firewall", step.path("machine").asText());
    assertEquals("dnat", step.path("step").asText());
    assertEquals("wrong", step.path("state").asText());
    assertEquals("vms/sys-firewall/iptables-save.txt", step.path("source").path("file").asText());
    assertEquals(
        "target: 10.137.0.14, not 10.137.0.19, work", step.path("differs").path(0).asText());
  }

  @Test
  void whatClosesAConnectionIsComparedForAllPackets() throws IOException {
    String[] words = {"why", "between-vms", "work", "untrusted", "tcp/443", "--close", "--json"};
    JsonNode answer = json(words);
    assertTrue(answer.path("closesChecked").asBoolean());
    assertTrue(answer.path("closesAlsoChangesExact").asBoolean());
    assertEquals(0, answer.path("closesAlsoChanges").size());
    String screen = run("why", "between-vms", "work", "untrusted", "tcp/443", "--close");
    assertTrue(screen.stripTrailing().endsWith("Nothing else changes."), screen);
  }

  @Test
  void whatIsNoPortForwardHasNoSteps() throws IOException {
    assertFalse(json("why", "r42-default", "work", "untrusted", "tcp/22", "--json").has("steps"));
    assertFalse(
        json("why", "r42-default", "work", "198.51.100.77", "tcp/443", "--json").has("between"));
  }

  @Test
  void needsOfTwoVmsAreAMemberOfTheJson() throws IOException {
    JsonNode between =
        json("why", "r42-default", "work", "untrusted", "tcp/22", "--json").path("between");
    assertTrue(between.path("sameFirewall").asBoolean());
    assertEquals("sys-firewall", between.path("meeting").asText());
    assertEquals(2, between.path("needs").size());
    assertEquals("/rw/config/rc.local", between.path("needs").path(1).path("file").asText());
    assertTrue(between.path("back").asText().startsWith("For untrusted to reach work"));
  }

  @Test
  void evidenceStandsAtItsCause() throws IOException {
    JsonNode cause =
        json("why", "port-forward-counted-drops", "outside", "198.51.100.10", "tcp/443", "--json")
            .path("causes")
            .path(0);
    assertEquals("dropped", cause.path("evidence").path(0).path("kind").asText());
    assertEquals(7, cause.path("evidence").path(0).path("packets").asInt());
  }

  @Test
  void withoutACauseEvidenceStandsByItself() throws IOException {
    JsonNode answer =
        json("why", "port-forward-counted-none", "outside", "198.51.100.10", "tcp/443", "--json");
    assertEquals("reachable", answer.path("verdict").asText());
    assertEquals("never-reached", answer.path("evidence").path(0).path("kind").asText());
  }

  @Test
  void aProofIsAMemberOfTheAudit() throws IOException {
    JsonNode answer = json("audit", "vpn-kill-switch", "--json");
    assertEquals(0, answer.path("findings").size());
    assertEquals(1, answer.path("proven").size());
  }
}
