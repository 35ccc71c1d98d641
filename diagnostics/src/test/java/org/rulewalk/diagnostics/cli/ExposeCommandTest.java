package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.fixtures.Fixtures;

/** {@code rulewalk expose}: what it prints, and how it ends. */
class ExposeCommandTest {
  private record Said(int status, String out, String err) {}

  private static Said expose(Path capture, String words) {
    List<String> all = new ArrayList<>(List.of("expose", capture.toString()));
    all.addAll(List.of(words.split(" ")));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Rulewalk.run(
            all.toArray(String[]::new),
            new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
    return new Said(status, out.toString(), err.toString());
  }

  private static Said expose(String fixture, String words) {
    return expose(Fixtures.named(fixture).capture(), words);
  }

  @Test
  void aPersonGetsCommandsToPaste() {
    Said said = expose("r42-default", "work tcp/443 --from 198.51.100.0/24");
    assertEquals(0, said.status());
    List<String> lines = said.out().lines().toList();
    assertEquals(
        "✓ CHECKED   198.51.100.0/24 → sys-net:ens6 198.51.100.10:443 → work tcp/443",
        lines.get(0));
    assertTrue(
        lines.contains(
            "1. sys-net: send what comes in by ens6 for port 443 on to sys-firewall (10.137.0.6:443),"
                + " and let it pass"));
    assertTrue(lines.contains("   now, as root:"));
    assertTrue(lines.contains("   to take it back:"));
    assertTrue(lines.contains("     chmod +x /rw/config/rc.local"));
    assertTrue(said.out().contains("The way in was worked out: ens6 of sys-net"));
    assertTrue(said.out().contains("Compared for all packets: "));
  }

  @Test
  void programsGetTheContractsMembers() throws IOException {
    Said said =
        expose("r41-default", "work tcp/443 --from 198.51.100.0/24 --on sys-net:ens6 --json");
    JsonNode json = new ObjectMapper().readTree(said.out());
    assertEquals("rulewalk-expose/1", json.path("format").asText());
    assertTrue(json.path("checked").asBoolean());
    assertEquals(3, json.path("steps").size());
    JsonNode step = json.path("steps").get(2);
    assertEquals("work", step.path("machine").asText());
    assertTrue(step.path("now").get(0).asText().startsWith("iptables -w -C INPUT "));
    assertTrue(step.path("undo").get(0).asText().startsWith("iptables -w -D INPUT "));
    JsonNode persist = step.path("persist");
    assertEquals("/rw/config/rc.local", persist.path("file").asText());
    assertEquals("#!/bin/sh", persist.path("lines").get(0).asText());
    assertTrue(persist.path("executable").asBoolean());
    assertTrue(json.path("alsoAllows").size() > 0);
    assertTrue(json.path("alsoAllowsExact").asBoolean());
  }

  @ParameterizedTest
  @CsvSource({
    "r42-default, work ping --from 198.51.100.0/24, can't be exposed",
    "r42-default, work tcp/443 --from 198.51.100.0/40, is no prefix",
    "r42-default, work tcp/443 --port 70000, ports are 1 to 65535",
    "r42-default, work tcp/443 --on sys-nat, there are: ",
    "r42-default, work tcp/443 --on sys-net:eth9, it has: ",
    "r42-default, nobody tcp/443, is no captured machine",
    "r42-default, work tcp/443 --from 127.0.0.0/8, no address in it",
    "r42-default, work tcp/443 --from fd00::/8, IPv6",
  })
  void whatCanNotBeUsedIsToldInOneLine(String fixture, String words, String message) {
    Said said = expose(fixture, words);
    assertEquals(2, said.status(), said.err());
    assertTrue(said.err().startsWith("rulewalk: ") && said.err().contains(message), said.err());
    assertEquals("", said.out());
  }

  @Test
  void aServiceThatDoesNotListenEndsWithNo() {
    Said said = expose("port-forward-not-listening", "work tcp/443 --from 198.51.100.0/24");
    assertEquals(1, said.status());
    assertTrue(said.out().contains("Nothing listens on work at tcp/443"), said.out());
    assertTrue(said.out().contains("With that mended, the rules below are all that is needed."));
  }

  @Test
  void whatTheCaptureDoesNotTellEndsUndecided(@TempDir Path folder) throws IOException {
    Path capture = Asked.copy(folder, "r42-default");
    Files.delete(capture.resolve("vms/work/ss.txt"));
    Said said = expose(capture, "work tcp/8080 --from 198.51.100.0/24");
    assertEquals(3, said.status(), said.out());
    assertTrue(said.out().contains("vms/work/ss.txt"), said.out());
  }

  @Test
  void scriptsOfAVmThatRunsNoneAreSwitchedOnFirst() {
    Said said = expose("script-off-by-custom-persist", "work tcp/443 --from 198.51.100.0/24");
    assertTrue(
        said.out().contains("     qvm-features sys-firewall service.custom-persist ''"),
        said.out());
  }

  @Test
  void scriptsAreWrittenAndNeverReplaced(@TempDir Path folder) throws IOException {
    Path scripts = folder.resolve("scripts");
    String words = "work tcp/443 --from 198.51.100.0/24 --script " + scripts;
    assertEquals(0, expose("r42-default", words).status());
    Path kept = scripts.resolve("work/rc.local");
    assertTrue(Files.readString(kept).startsWith("#!/bin/sh\n# begin: expose work tcp/443 "));
    assertTrue(Files.isExecutable(kept));
    assertTrue(Files.isExecutable(scripts.resolve("sys-net/now.sh")));
    Said again = expose("r42-default", words);
    assertEquals(2, again.status());
    assertTrue(again.err().contains("is there already"), again.err());
  }
}
