package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.diagnostics.audit.Audit;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.text.AuditScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.simulator.value.Source;

class AuditCommandTest {
  private final StringWriter out = new StringWriter();

  private int audit(String capture, String... more) {
    String[] words = new String[more.length + 2];
    words[0] = "audit";
    words[1] = Fixtures.named(capture).capture().toString();
    System.arraycopy(more, 0, words, 2, more.length);
    StringWriter err = new StringWriter();
    return Rulewalk.run(
        words, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  @Test
  void legacyRulesBesideNftAreFound() throws IOException {
    assertEquals(Rulewalk.NO, audit("legacy-beside-nft", "--json"));
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertEquals("rulewalk-audit/1", answer.path("format").asText());
    JsonNode finding = answer.path("findings").path(0);
    assertEquals("legacy-beside-nft", finding.path("id").asText());
    assertEquals("gate", finding.path("machine").asText());
    assertEquals("vms/gate/iptables-legacy-save.txt", finding.path("source").path("file").asText());
    assertTrue(
        finding.path("fix").path("now").toString().contains("-P FORWARD ACCEPT"),
        finding.toString());
  }

  @Test
  void aResolverThatAClientsListLacksIsFound() throws IOException {
    assertEquals(Rulewalk.NO, audit("r42-dns-stub-in-list", "--json"));
    JsonNode finding = new ObjectMapper().readTree(out.toString()).path("findings").path(0);
    assertEquals("resolver-not-listed", finding.path("id").asText());
    assertEquals("sys-firewall", finding.path("machine").asText());
    assertTrue(
        finding.path("message").asText().contains("allows questions only to 127.0.0.53"),
        finding.toString());
    out.getBuffer().setLength(0);
    assertEquals(Rulewalk.YES, audit("r42-dns-in-list"));
  }

  @Test
  void theScreenGoesByMachineAndEndsWithCounts() {
    assertEquals(Rulewalk.NO, audit("stopped-everywhere"));
    List<String> lines = out.toString().lines().toList();
    assertEquals("gate", lines.get(0));
    assertTrue(lines.get(1).startsWith("✗ error   dnat-to-loopback   iptables-save.txt:54"));
    assertEquals("1 error, 1 note", lines.get(lines.size() - 1));
  }

  @Test
  void moreThanAScreenIsShownOnDemandOnly() {
    List<Finding> many = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      Finding.Severity severity = Finding.Severity.values()[i % 3];
      Source place = new Source("vms/gate/iptables-save.txt", i, 0, "-A INPUT -j DROP");
      many.add(new Finding("chain-not-used", severity, "m" + i % 2, place, "Number " + i + "."));
    }
    List<String> few = AuditScreen.lines(Audit.sorted(many), new Paint(false), false);
    assertTrue(few.size() <= 50, String.join("\n", few));
    assertEquals("m0", few.get(0));
    assertEquals(
        "10 errors, 10 warnings, 10 notes on 2 machines; -v shows all", few.get(few.size() - 1));
    // the worst come first, and what does not fit is counted
    assertTrue(few.stream().filter(line -> line.startsWith("✗")).count() >= 10, few.toString());
    assertTrue(few.contains("  … 2 warnings, 5 notes more"), String.join("\n", few));
    List<String> all = AuditScreen.lines(Audit.sorted(many), new Paint(false), true);
    assertEquals(30, all.stream().filter(line -> line.contains("chain-not-used")).count());
  }

  @Test
  void onlyWhatCouldNotBeDecidedIsStatusThree() {
    assertEquals(Rulewalk.UNDECIDED, audit("vpn-answers-first"), out.toString());
  }

  @Test
  void journalsAreReadToo() throws IOException {
    assertEquals(Rulewalk.NO, audit("r42-service-failed", "--json"));
    JsonNode findings = new ObjectMapper().readTree(out.toString()).path("findings");
    List<String> ids = new ArrayList<>();
    findings.forEach(finding -> ids.add(finding.path("id").asText()));
    assertTrue(ids.contains("journal-script-format"), ids.toString());
  }

  @Test
  void sarifAndJsonAtOnceAreOneTooMany() {
    assertEquals(Rulewalk.BAD_INPUT, audit("r42-default", "--json", "--sarif"));
    assertEquals(Rulewalk.YES, audit("r42-default", "--sarif"));
    assertTrue(out.toString().contains("\"version\" : \"2.1.0\""));
  }
}
