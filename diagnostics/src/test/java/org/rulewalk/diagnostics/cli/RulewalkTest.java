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
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.fixtures.Fixtures;
import picocli.CommandLine;

class RulewalkTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Rulewalk.run(
        arguments, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private static String capture(String name) {
    return Fixtures.named(name).capture().toString();
  }

  @Test
  void commandsAreKnownByTheirNames() {
    CommandLine all = new CommandLine(new Rulewalk(), new Commands(null));
    Commands.add(new String[] {}, all);
    assertEquals(Commands.NAMES, List.copyOf(all.getSubcommands().keySet()));
    for (String name : Commands.NAMES) {
      CommandLine one = new CommandLine(new Rulewalk(), new Commands(null));
      Commands.add(new String[] {name}, one);
      assertTrue(one.getSubcommands().containsKey(name), name);
    }
  }

  @Test
  void methodsThatTheLauncherNamesExist() throws Exception {
    String launcher =
        Files.readString(
            Fixtures.own().get(0).directory().resolve("../../../rulewalk").normalize());
    Matcher pieces = Pattern.compile("[A-Z]\\w+::\\w+").matcher(launcher);
    int count = 0;
    for (; pieces.find(); count++) {
      String[] piece = pieces.group().split("::");
      Class<?> type = Class.forName("org.rulewalk.diagnostics.replay." + piece[0]);
      assertTrue(
          Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> m.getName().equals(piece[1])),
          pieces.group());
    }
    assertTrue(count > 0);
  }

  @Test
  void blockedQuestionNamesMachineChainAndLine() {
    assertEquals(1, run("why", capture("port-forward"), "outside", "198.51.100.10", "tcp/443"));
    String screen = out.toString();
    assertTrue(screen.startsWith("✗ BLOCKED   198.51.100.77 → 198.51.100.10 tcp/443"), screen);
    assertTrue(screen.contains("✗ PedOS-firewall forward"), screen);
    assertTrue(screen.contains("nft-list-ruleset.txt:"), screen);
    assertTrue(screen.contains("nft add rule ip PedOS-firewall forward iifname ens6"), screen);
  }

  @Test
  void rulesThatDom0MakesAreMendedInDom0() throws IOException {
    for (String name : new String[] {"r41-per-vm-rules", "r42-per-vm-rules"}) {
      out.getBuffer().setLength(0);
      assertEquals(1, run("why", capture(name), "work", "198.51.100.77", "tcp/80", "--json"));
      JsonNode fix = new ObjectMapper().readTree(out.toString()).path("fixes").path(0);
      assertEquals("dom0", fix.path("machine").asText(), name);
      assertEquals(
          "qvm-firewall work add --before 0 accept dst4=198.51.100.77 proto=tcp dstports=80",
          fix.path("now").path(0).asText());
      assertTrue(fix.path("persist").path("file").isNull(), name);
    }
    run("why", capture("r42-per-vm-rules"), "work", "198.51.100.77", "tcp/80");
    assertTrue(out.toString().contains("dom0 keeps it by itself"), out.toString());
  }

  @Test
  void aListThatCouldNotBeAppliedIsNotMendedByOneMoreRule() {
    assertEquals(
        1, run("why", capture("r41-per-vm-rules-unreadable"), "work", "198.51.100.77", "tcp/443"));
    assertFalse(out.toString().contains("qvm-firewall work add"), out.toString());
  }

  @Test
  void reachableQuestionEndsWithZero() {
    assertEquals(
        0, run("why", capture("port-forward-complete"), "outside", "198.51.100.10", "tcp/443"));
    assertTrue(out.toString().startsWith("✓ REACHABLE"), out.toString());
  }

  @Test
  void jsonHasEveryMemberOfTheContract() throws IOException {
    assertEquals(
        1, run("why", capture("port-forward"), "outside", "198.51.100.10", "tcp/443", "--json"));
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertEquals("rulewalk-why/1", answer.path("format").asText());
    for (String member :
        new String[] {
          "question",
          "verdict",
          "result",
          "endsAt",
          "causes",
          "trace",
          "fixes",
          "fixesChecked",
          "fixesAlsoAllow",
          "assumptions",
          "warnings"
        }) {
      assertTrue(answer.has(member), member);
    }
    JsonNode cause = answer.path("causes").path(0);
    assertEquals("policy", cause.path("kind").asText());
    assertEquals("sys-net", cause.path("machine").asText());
    assertEquals("ip PedOS-firewall", cause.path("table").asText());
    assertEquals("forward", cause.path("chain").asText());
    assertTrue(cause.path("rule").isNull());
    assertEquals("work", answer.path("endsAt").path("machine").asText());
    assertTrue(answer.path("fixesChecked").asBoolean());
  }

  @Test
  void misspeltMachineIsNamedWithItsLikelySpelling() {
    assertEquals(2, run("why", capture("port-forward"), "wrok", "untrusted", "ping"));
    assertTrue(err.toString().contains("did you mean work?"), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "tcp/70000", "tcp/x", "icmp/1/2/3x", "nonsense"})
  void wrongServiceIsExplained(String service) {
    int status = run("why", capture("port-forward"), "work", "untrusted", service);
    assertEquals(2, status);
    assertTrue(err.toString().contains("tcp/443, udp/53, ping"), err.toString());
  }

  @Test
  void noSuchCaptureAndUnknownCommandAreBadUsage() {
    assertEquals(2, run("why", folder.resolve("nothing").toString(), "a", "b", "ping"));
    assertEquals(2, run("frobnicate"));
    assertEquals(2, run("why"));
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (String command :
        new String[] {"why", "trace", "check", "journal", "capture-script", "demo", "completion"}) {
      out.getBuffer().setLength(0);
      assertEquals(0, run(command, "--help"));
      assertTrue(out.toString().contains("Example"), command);
    }
  }

  @Test
  void crashEndsWithSeventy() {
    Terminal broken =
        new Terminal(
            new PrintWriter(new StringWriter()) {
              @Override
              public void println(String text) {
                throw new StackOverflowError("on purpose");
              }
            },
            new PrintWriter(err),
            false,
            false);
    int status =
        Rulewalk.run(
            new String[] {"why", capture("port-forward"), "work", "untrusted", "ping"}, broken);
    assertEquals(70, status);
    assertTrue(err.toString().contains("a bug in rulewalk itself"), err.toString());
  }

  @Test
  void brokenProbeLineIsToldAndTheOthersAreAnswered() throws IOException {
    Path probes = folder.resolve("probes.jsonl");
    Files.writeString(
        probes,
        "{\"id\": \"a\", \"at\": {\"machine\": \"work\"}, \"packet\": \"zz\"}\n"
            + "{\"id\": \"b\", \"connect\": {\"machine\": \"work\", \"to\": \"198.51.100.77\", \"proto\": \"tcp\","
            + " \"port\": 443}}\n");
    assertEquals(2, run("trace", capture("port-forward"), "--probes", probes.toString(), "--json"));
    assertTrue(err.toString().contains("probes.jsonl:1: "), err.toString());
    assertTrue(out.toString().contains("\"id\":\"b\""), out.toString());
  }

  @Test
  void rulesOfAFileCantMoveTheCursor() throws IOException {
    Path file = folder.resolve("iptables-save.txt");
    String dump =
        "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
            + "-A INPUT -m comment --comment \"\u001b]0;owned\u0007\u001b[2J\" -j DROP\nCOMMIT\n";
    Files.write(file, dump.getBytes(StandardCharsets.UTF_8));
    run("check", file.toString(), "-v");
    run("check", file.toString(), "--json");
    assertFalse(out.toString().contains("\u001b"), out.toString());
    assertFalse(out.toString().contains("\u0007"), out.toString());
  }

  @Test
  void checkTellsWhatWasNotUnderstoodWithPlaceAndLine() throws IOException {
    Path file = folder.resolve("iptables-save.txt");
    Files.writeString(
        file,
        "*filter\n:INPUT DROP [0:0]\n-A INPUT -m frobnicate --quietly -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n");
    assertEquals(1, run("check", file.toString()));
    assertTrue(out.toString().contains("iptables-save.txt:3:13"), out.toString());
    assertTrue(out.toString().contains("no COMMIT"), out.toString());
  }

  @Test
  void nothingUsefulIsBadInput() throws IOException {
    Path file = folder.resolve("picture.bin");
    Files.write(file, new byte[] {0, 1, 2, 3, (byte) 0xff, 7, 0, 0});
    assertEquals(2, run("check", file.toString()));
  }

  @Test
  void demoAnswersItsQuestion() {
    System.setProperty(
        "rulewalk.home", Fixtures.named("port-forward").directory().resolve("../../..").toString());
    assertEquals(0, run("demo"));
    assertTrue(out.toString().contains("✗ BLOCKED"), out.toString());
  }
}
