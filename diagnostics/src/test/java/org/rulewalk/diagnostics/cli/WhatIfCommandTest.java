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

class WhatIfCommandTest {
  private String out = "";
  private String errors = "";

  private int whatif(Path capture, String... words) {
    List<String> all = new ArrayList<>(List.of("whatif", capture.toString()));
    all.addAll(List.of(words));
    StringWriter text = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Rulewalk.run(
            all.toArray(String[]::new),
            new Terminal(new PrintWriter(text), new PrintWriter(err), false, false));
    out = text.toString();
    errors = err.toString();
    return status;
  }

  private static Path named(String fixture) {
    return Fixtures.named(fixture).capture();
  }

  private void says(String words) {
    assertTrue(out.contains(words), out + errors);
  }

  @Test
  void aRuleThatBlocksIsNamedByTheCommandThatMadeIt() {
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: iptables -I FORWARD 1 -p tcp --dport 443 -j DROP",
            "--ask",
            question("masquerade"));
    assertEquals(Rulewalk.NO, status, out + errors);
    says("+ ip filter FORWARD rule 1");
    says("reachable → ✗ blocked");
    says("--run 1:1");
  }

  @Test
  void aCommandThatFailsSaysWhatTheToolSaysAndTheRestGoesOn() {
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: iptables -I FORWARD 99 -j DROP",
            "--run",
            "gate: iptables -A nosuch -j DROP; ipset add nosuch 10.0.0.1",
            "--run",
            "gate: ip route add blackhole 198.18.0.0/15");
    assertEquals(Rulewalk.NO, status);
    says("iptables: Index of insertion too big.");
    says("exit status 1");
    says("ipset v7.17: The set with the given name does not exist");
    says("+ route");
    says("blackhole 198.18.0.0/15");
  }

  @Test
  void aShellGoesOnlyWhereItWould() {
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: iptables -C FORWARD -p tcp --dport 4711 -j DROP 2>/dev/null"
                + " || iptables -A FORWARD -p tcp --dport 4711 -j DROP");
    assertEquals(Rulewalk.YES, status, out + errors);
    says("+ ip filter FORWARD rule");
    whatif(named("masquerade"), "--run", "gate: ip route del 203.0.113.9 && ip link set lo down");
    says("✗ ip route del 203.0.113.9");
    says("nothing is changed");
    assertFalse(out.contains("ip link set lo down"), out);
  }

  @Test
  void whatCanNotBeReadIsBadInputAndHidesNothing() {
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: frobnicate --all",
            "--run",
            "gate: sysctl -w net.ipv4.ip_forward=0",
            "--ask",
            question("masquerade"));
    assertEquals(Rulewalk.BAD_INPUT, status);
    says("`frobnicate` is not known here");
    says("net.ipv4.ip_forward");
    says("✗ blocked");
  }

  @Test
  void badUsageIsToldInOneSentence() {
    Path capture = named("masquerade");
    assertEquals(Rulewalk.BAD_INPUT, whatif(capture));
    assertTrue(errors.contains("name a command by --run"), errors);
    assertEquals(Rulewalk.BAD_INPUT, whatif(capture, "--run", "nobody: ip link"));
    assertTrue(errors.contains("there is no captured machine \"nobody\""), errors);
    assertEquals(Rulewalk.BAD_INPUT, whatif(capture, "--run", "dom0: qvm-firewall work list"));
    assertTrue(errors.contains("dom0's own commands are not carried out"), errors);
    assertEquals(Rulewalk.BAD_INPUT, whatif(capture, "--run", "gate: true", "--ask", "one two"));
    assertTrue(errors.contains("FROM TO SERVICE"), errors);
    assertEquals(Rulewalk.BAD_INPUT, whatif(capture, "--script", "gate:/no/such/file"));
    assertTrue(errors.contains("no such file"), errors);
  }

  @Test
  void commandsAndScriptsRunInTheOrderInWhichTheyAreGiven(@TempDir Path folder) throws IOException {
    Path script = folder.resolve("open.sh");
    Files.writeString(script, "#!/bin/sh\nfor port in 1 2 3; do\n  ipset add ports $port\ndone\n");
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: ipset create ports bitmap:port range 1-9",
            "--script",
            "gate:" + script,
            "--run",
            "gate: ipset del ports 2",
            "--json");
    assertEquals(Rulewalk.YES, status, out + errors);
    JsonNode answer = json();
    assertEquals("rulewalk-whatif/1", answer.path("format").asText());
    assertEquals(5, answer.path("changes").size(), out);
    answer.path("changes").forEach(change -> assertEquals("ok", change.path("result").asText()));
    assertEquals("del", answer.path("changes").path(4).path("command").asText().split(" ")[1]);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }

  @Test
  void jsonHasBothAnswers() throws IOException {
    int status =
        whatif(
            named("masquerade"),
            "--run",
            "gate: iptables -P FORWARD DROP; iptables -F FORWARD",
            "--ask",
            question("masquerade"),
            "--json");
    assertEquals(Rulewalk.NO, status, errors);
    JsonNode answer = json().path("answers").path(0);
    assertEquals("reachable", answer.path("before").path("verdict").asText());
    assertEquals("blocked", answer.path("after").path("verdict").asText());
    assertEquals("policy", answer.path("after").path("causes").path(0).path("kind").asText());
    assertEquals("blocked", answer.path("verdict").asText());
  }

  @Test
  void aRuleForNewConnectionsLeavesThoseThatAreOpen() {
    Path capture = named("open-connection-stays");
    String rule =
        "sys-firewall: nft add table inet whatif;"
            + " nft add chain inet whatif c '{ type filter hook forward priority -5; }';"
            + " nft add rule inet whatif c ct state new drop";
    String open = "work 198.51.100.77 tcp/443@40961 --open";
    assertEquals(Rulewalk.YES, whatif(capture, "--run", rule, "--ask", open), out);
    says("still ✓ reachable");
    assertEquals(
        Rulewalk.NO, whatif(capture, "--run", rule, "--ask", "work 198.51.100.77 tcp/443"), out);
    whatif(capture, "--run", "sys-firewall: conntrack -D -p tcp --dport 443");
    says("1 flow entries have been deleted.");
    says("- connection");
  }

  /** What the recording's first successful program asks. */
  private static String question(String fixture) {
    var answers = Fixtures.named(fixture).answers();
    for (String id : answers.ids()) {
      JsonNode connect = answers.probe(id).path("connect");
      boolean tcp = connect.path("proto").asText().equals("tcp");
      if (tcp && answers.expected(id).path("result").asText().equals("connected")) {
        return connect.path("machine").asText()
            + " "
            + connect.path("to").asText()
            + " tcp/"
            + connect.path("port").asInt();
      }
    }
    throw new IllegalStateException("nobody connects in " + fixture);
  }

  @Test
  void aSavedCaptureGivesTheNewAnswer(@TempDir Path folder) throws IOException {
    Path saved = folder.resolve("saved");
    String change = "gate: iptables -I FORWARD 1 -j DROP; ip route add 198.18.0.0/15 dev lo";
    whatif(named("masquerade"), "--run", change, "--save", saved.toString());
    says("Saved in " + saved);
    String[] asked = question("masquerade").split(" ");
    Asked.at(saved, String.join(" ", asked)).isBlockedBy("rule gate", "rule gate");
    // again into the same directory, but not over files of others
    String again = "gate: iptables -I FORWARD 1 -j ACCEPT";
    assertEquals(
        Rulewalk.YES,
        whatif(named("masquerade"), "--run", again, "--save", saved.toString()),
        errors);
    Asked.at(saved, String.join(" ", asked)).isReachable();
    Files.writeString(saved.resolve("mine.txt"), "mine");
    assertEquals(
        Rulewalk.BAD_INPUT,
        whatif(named("masquerade"), "--run", again, "--save", saved.toString()));
    assertTrue(errors.contains("not saved by rulewalk"), errors);
    assertEquals("mine", Files.readString(saved.resolve("mine.txt")));
  }

  @Test
  void nothingIsSavedIntoTheCaptureItself(@TempDir Path folder) {
    Path copy = Asked.copy(folder, "masquerade");
    int status =
        whatif(copy, "--run", "gate: true", "--save", copy.resolve("vms/inside").toString());
    assertEquals(Rulewalk.BAD_INPUT, status);
    assertTrue(errors.contains("inside the capture itself"), errors);
    assertFalse(Files.exists(copy.resolve("vms/inside")));
  }
}
