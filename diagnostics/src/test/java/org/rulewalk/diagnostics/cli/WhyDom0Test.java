package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.fixtures.Fixtures;

/** {@code why} and {@code check} where dom0's rules are in the capture. */
class WhyDom0Test {
  private static final String OUTSIDE = "198.51.100.77";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();

  private int run(String... words) {
    out.getBuffer().setLength(0);
    StringWriter err = new StringWriter();
    return Rulewalk.run(
        words, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private JsonNode why(String capture, String to, String service) throws IOException {
    run("why", Fixtures.named(capture).capture().toString(), "work", to, service, "--json");
    return new ObjectMapper().readTree(out.toString());
  }

  /** The first command, which is needed also where nothing listens yet. */
  private static String fix(JsonNode answer) {
    boolean enough = !answer.path("fixes").isEmpty();
    JsonNode fix = answer.path(enough ? "fixes" : "afterwards").path(0);
    assertEquals("dom0", fix.path("machine").asText(), answer.toString());
    return fix.path("now").path(0).asText();
  }

  private static JsonNode warning(JsonNode answer, String kind) {
    for (JsonNode warning : answer.path("warnings")) {
      if (warning.path("kind").asText().equals(kind)) {
        return warning;
      }
    }
    throw new AssertionError(kind + " is not in " + answer.path("warnings"));
  }

  /** A command goes right before what decides, or behind the list where that is its end. */
  @ParameterizedTest
  @CsvSource({
    "r42-dom0-rules, tcp/80, qvm-firewall work add --before 6 accept dst4=198.51.100.77 proto=tcp dstports=80",
    "r42-dom0-rules, udp/55, qvm-firewall work add --before 2 accept dst4=198.51.100.77 proto=udp dstports=55",
    "r41-dom0-rules, tcp/80, qvm-firewall work add --before 6 accept dst4=198.51.100.77 proto=tcp dstports=80",
    "r40-dom0-rules-iptables, udp/55,"
        + " qvm-firewall work add --before 1 accept dst4=198.51.100.77 proto=udp dstports=55",
    "r32-dom0-rules, tcp/80, qvm-firewall work -a 198.51.100.77 tcp 80",
    "r42-dom0-rules-stale, tcp/80, qvm-firewall --reload work",
    "r42-dom0-rules-missing, tcp/443, qvm-firewall --reload work",
  })
  void dom0sRuleIsChangedWhereItDecides(String capture, String service, String command)
      throws IOException {
    assertEquals(command, fix(why(capture, OUTSIDE, service)));
  }

  @Test
  void theRuleBehindTheDecidingOneIsNamed() throws IOException {
    JsonNode dom0 = why("r42-dom0-rules", OUTSIDE, "udp/55").path("causes").path(0).path("dom0");
    assertEquals("dom0/qvm-firewall/work.txt", dom0.path("file").asText());
    assertEquals(4, dom0.path("line").asInt());
    assertEquals(2, dom0.path("rule").asInt());
    assertEquals("in-force", dom0.path("standing").asText());
    assertTrue(dom0.path("text").asText().startsWith("drop "), dom0.toString());
    run("why", Fixtures.named("r42-dom0-rules").capture().toString(), "work", OUTSIDE, "udp/55");
    assertTrue(
        out.toString().contains("It comes from rule 2 of work in dom0 (drop "), out.toString());
  }

  @Test
  void theEndOfTheListHasNoNumber() throws IOException {
    JsonNode dom0 = why("r42-dom0-rules", OUTSIDE, "tcp/81").path("causes").path(0).path("dom0");
    assertTrue(dom0.path("rule").isNull(), dom0.toString());
    assertTrue(dom0.path("text").asText().contains("end of the list"), dom0.toString());
  }

  /** Pings pass although only a web server is allowed: the editor's own rule does that. */
  @ParameterizedTest
  @CsvSource({
    "r42-dom0-rules, qvm-firewall work del --rule-no 5",
    "r40-dom0-rules-iptables, qvm-firewall work del --rule-no 4",
    "r32-dom0-rules, qvm-firewall work -i deny",
  })
  void whyAPingPassesIsAnswered(String capture, String command) throws IOException {
    JsonNode answer = why(capture, OUTSIDE, "ping");
    assertEquals("reachable", answer.path("verdict").asText());
    JsonNode warning = warning(answer, "allowed-by-dom0");
    assertEquals(command, warning.path("now").path(0).asText());
  }

  @Test
  void anotherAddressOfAnAllowedHostIsBlockedAndToldWhy() throws IOException {
    JsonNode warning = warning(why("r42-dom0-rules", OUTSIDE, "tcp/80"), "dom0-host-name");
    assertTrue(warning.path("text").asText().contains("203.0.113.20-203.0.113.21"));
    assertEquals("qvm-firewall --reload work", warning.path("now").path(0).asText());
  }

  @Test
  void rulesThatAreNotInForceAreToldSo() throws IOException {
    warning(why("r42-dom0-rules-stale", OUTSIDE, "tcp/443"), "dom0-rules-stale");
    warning(why("r42-dom0-rules-missing", OUTSIDE, "tcp/443"), "dom0-rules-missing");
    JsonNode blocked = why("r42-dom0-rules-blocked", OUTSIDE, "tcp/443");
    assertTrue(
        warning(blocked, "dom0-rules-blocked")
            .path("text")
            .asText()
            .contains("mirror.example.org"));
    assertFalse(blocked.path("fixes").toString().contains(" add "), blocked.toString());
  }

  @Test
  void updatesAreNoMatterOfTheFirewall() throws IOException {
    warning(why("r42-dom0-rules", OUTSIDE, "tcp/8082"), "not-decided-by-the-firewall");
    assertFalse(
        why("r32-dom0-rules", OUTSIDE, "tcp/8082").path("warnings").toString().contains("qrexec"));
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  @Test
  void checkCountsDom0sFilesAndTellsWhatIsWrongWithThem() throws IOException {
    write("dom0/firewall/work.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<firewall>&a;</firewall>\n");
    write("dom0/qvm-firewall/vault.txt", "action=accept\naction=maybe\n");
    write("dom0/qvm-prefs/work.txt", "netvm  -  sys-firewall\nip  D  10.137.0.20\n");
    write("vms/work/qubesdb.txt", "/qubes-ip = 10.137.0.20\nnonsense\n");
    run("check", folder.toString(), "--json");
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    String problems = answer.path("problems").toString();
    assertTrue(problems.contains("\"dom0/firewall/work.xml\""), problems);
    assertTrue(problems.contains("document type"), problems);
    assertTrue(problems.contains("\"dom0/qvm-firewall/vault.txt\""), problems);
    for (JsonNode problem : answer.path("problems")) {
      if (problem.path("file").asText().equals("vms/work/qubesdb.txt")) {
        assertEquals(2, problem.path("line").asInt());
        assertEquals(1, problem.path("column").asInt());
      }
    }
    JsonNode files = answer.path("machines").path("work").path("files");
    assertEquals(1, files.path("qubesdb.txt").path("rules").asInt(), answer.toString());
  }
}
