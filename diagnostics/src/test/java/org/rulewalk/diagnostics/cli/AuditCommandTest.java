package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.rulewalk.fixtures.Fixtures;

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
}
