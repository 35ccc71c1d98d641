package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;

/** {@code reach} and {@code test} in users' words: a capture, what is asked, the answer. */
class ReachCommandTest {
  private static final String CAPTURE = "port-forward-complete";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String command, String capture, String... more) {
    out.getBuffer().setLength(0);
    List<String> words = new ArrayList<>(List.of(command));
    words.add(Fixtures.named(capture).capture().toString());
    words.addAll(List.of(more));
    return Rulewalk.run(
        words.toArray(String[]::new),
        new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private static JsonNode cell(JsonNode answer, String from, String to, String verdict) {
    for (JsonNode cell : answer.path("cells")) {
      boolean same =
          cell.path("from").asText().equals(from)
              && cell.path("to").asText().equals(to)
              && cell.path("verdict").asText().equals(verdict);
      if (same) {
        return cell;
      }
    }
    throw new AssertionError("no " + verdict + " cell from " + from + " to " + to);
  }

  @Test
  void aForwardedPortIsACellWithItsEnd() throws IOException {
    assertEquals(Rulewalk.YES, run("reach", CAPTURE, "--json"));
    JsonNode answer = json();
    assertEquals("rulewalk-reach/1", answer.path("format").asText());
    JsonNode cell = cell(answer, "outside", "sys-net", "reachable");
    assertEquals("tcp dport 443", cell.path("packets").asText());
    assertEquals("work", cell.path("endsIn").asText());
    assertEquals("tcp/443", cell.path("example").path("service").asText());
    JsonNode blocked = cell(answer, "outside", "sys-net", "blocked");
    assertEquals("tcp dport 1-442, 444-65535; udp; ping", blocked.path("packets").asText());
    assertEquals("sys-net", blocked.path("causes").path(0).path("machine").asText());
    assertEquals(
        "everything", cell(answer, "work", "untrusted", "blocked").path("packets").asText());
  }

  @Test
  void whoCanReachAPort() {
    assertEquals(Rulewalk.YES, run("reach", CAPTURE, "--to", "work", "--service", "tcp/443"));
    assertTrue(out.toString().startsWith("Who reaches work on tcp/443?"), out.toString());
    assertTrue(out.toString().contains("outside by sys-net  tcp dport 443"), out.toString());
    assertTrue(out.toString().contains("nothing: sys-net, untrusted, outside"), out.toString());
    assertEquals(Rulewalk.NO, run("reach", CAPTURE, "--to", "untrusted", "--service", "tcp/22"));
  }

  @Test
  void whatMayLeaveAVm() {
    assertEquals(Rulewalk.YES, run("reach", CAPTURE, "--from", "work"));
    assertEquals(
        "Whom does work reach?\n"
            + "\n"
            + "from work\n"
            + "  ✓ sys-firewall, sys-net  ping   [1 3]\n"
            + "  ✓ outside                tcp dport 80, 443; udp dport 53; ping   [6]\n"
            + "  · outside                arrives, but no connection comes of it:"
            + " tcp dport 1-79, 81-442, 444-65535; udp dport 1-52, 54-65535   [7]\n"
            + "  ✗ nothing: untrusted\n",
        out.toString());
  }

  @Test
  void aCellIsExplainedByOneOfItsPackets() {
    assertEquals(Rulewalk.YES, run("reach", CAPTURE, "--explain", "outside sys-net tcp/443"));
    assertTrue(out.toString().contains("outside → sys-net: tcp dport 443"), out.toString());
    assertTrue(out.toString().contains("DNAT → 10.137.0.19"), out.toString());
    assertEquals(Rulewalk.NO, run("reach", CAPTURE, "--explain", "outside sys-net tcp/444"));
    assertTrue(out.toString().contains("tcp dport 1-442, 444-65535"), out.toString());
    assertEquals(Rulewalk.BAD_INPUT, run("reach", CAPTURE, "--explain", "999"));
    assertEquals(Rulewalk.BAD_INPUT, run("reach", CAPTURE, "--from", "wrk"));
    assertTrue(err.toString().contains("did you mean work?"), err.toString());
  }

  @Test
  void expectationsAreHeldOrBrokenByAPacket(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("e.yaml");
    Files.writeString(
        file,
        "expect:\n"
            + "  - allow: {from: outside, to: 198.51.100.10, service: tcp/443}\n"
            + "  - deny: {from: work, to: untrusted}\n"
            + "  - only: {to: work, from: [outside, sys-firewall], services: [tcp/443]}\n");
    assertEquals(Rulewalk.YES, run("test", CAPTURE, file.toString()), out.toString());
    assertTrue(out.toString().contains("3 of 3 held"), out.toString());
    Files.writeString(
        file,
        "expect:\n"
            + "  - deny: {from: outside, to: work}\n"
            + "    name: nobody gets in\n"
            + "  - only: {to: work, services: [tcp/80]}\n"
            + "  - allow: {from: 203.0.113.0/24, to: 198.51.100.10, service: tcp/443}\n");
    Path report = folder.resolve("report.xml");
    assertEquals(
        Rulewalk.NO, run("test", CAPTURE, file.toString(), "--json", "--junit", report.toString()));
    JsonNode answer = json();
    assertEquals(3, answer.path("broken").asInt());
    JsonNode first = answer.path("expectations").path(0);
    assertEquals("nobody gets in", first.path("name").asText());
    assertEquals("tcp dport 443", first.path("packets").asText());
    assertEquals(
        "outside sys-net:198.51.100.10 tcp/443", first.path("counterexample").path("why").asText());
    assertEquals(
        "vms/work/iptables-save.txt", first.path("because").path("source").path("file").asText());
    String xml = Files.readString(report);
    assertTrue(xml.contains("<testsuite name="), xml);
    assertTrue(xml.contains("failures=\"3\" errors=\"0\""), xml);
    assertTrue(xml.contains("gets through: tcp dport 443"), xml);
  }

  @Test
  void aWordThatNamesNothingIsToldWithItsPlace(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("e.yaml");
    Files.writeString(file, "expect:\n  - deny: {from: wrk, to: untrusted}\n");
    assertEquals(Rulewalk.BAD_INPUT, run("test", CAPTURE, file.toString()));
    assertTrue(err.toString().contains("e.yaml:2:18: there is no machine"), err.toString());
    assertFalse(err.toString().contains("Exception"), err.toString());
  }
}
