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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;

class JournalCommandTest {
  private static final String FAILED = "r42-service-failed";
  private static final String UNREADABLE = "r41-per-vm-rules-unreadable";
  private static final String LOGGED = "r42-logged";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return Rulewalk.run(
        arguments, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private JsonNode json(String... arguments) throws IOException {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    run(all);
    return new ObjectMapper().readTree(out.toString());
  }

  private static String capture(String name) {
    return Fixtures.named(name).capture().toString();
  }

  private Path journal(String text) throws IOException {
    Path file = folder.resolve("journal.txt");
    Files.writeString(file, text);
    return file;
  }

  @Test
  void crashNamesTheScriptAndItsFirstLine() throws IOException {
    assertEquals(1, run("journal", capture(FAILED)));
    assertTrue(out.toString().startsWith("✗ BROKEN  sys-firewall"), out.toString());
    assertTrue(out.toString().contains("Make \"#!/bin/sh\" the first line"), out.toString());
    JsonNode first = json("journal", capture(FAILED)).path("findings").path(0);
    assertEquals("script-format", first.path("id").asText());
    assertEquals(
        "/rw/config/PedOS-firewall-user-script", first.path("names").path("script").asText());
    assertEquals(
        "vms/sys-firewall/rw-config/PedOS-firewall-user-script",
        first.path("because").path("file").asText());
    assertEquals(1, first.path("because").path("line").asInt());
    assertEquals(3, first.path("source").path("line").asInt());
  }

  @Test
  void discardedRulesNameTheVmAndTheHost() throws IOException {
    JsonNode finding = json("journal", capture(UNREADABLE)).path("findings").path(0);
    assertEquals("rules-unresolved", finding.path("id").asText());
    assertEquals("work", finding.path("vm").asText());
    assertEquals("updates.example.org", finding.path("names").path("host").asText());
  }

  @Test
  void everyLineOfTheKernelFindsItsRuleAndHook() throws IOException {
    JsonNode logged = json("journal", capture(LOGGED)).path("logged");
    assertTrue(logged.size() > 15, "only " + logged.size());
    for (JsonNode packet : logged) {
      JsonNode rule = packet.path("rules").path(0);
      String hook = rule.path("hooks").path(0).asText();
      assertEquals(1, packet.path("rules").size(), packet.toString());
      switch (packet.path("prefix").asText()) {
        case "IPT-PRE":
          assertEquals("prerouting", hook);
          break;
        case "TAIL=":
          assertEquals("log-tail", rule.path("chain").asText());
          assertEquals("forward", hook);
          break;
        case "FW-ALL: ":
          assertEquals("forward", hook);
          break;
        case "IN ":
          assertEquals("input", hook);
          break;
        default:
          assertEquals("OUT ", packet.path("prefix").asText());
          assertEquals("output", hook);
      }
    }
  }

  @Test
  void loggedPacketsEndAsTheKernelEndedThem() throws IOException {
    for (JsonNode packet : json("journal", capture(LOGGED)).path("logged")) {
      boolean opening = packet.path("remarks").toString().indexOf("of-a-connection") < 0;
      boolean between =
          packet.path("shown").asText().startsWith("10.137.0.19 → 10.137.0.23")
              && packet.path("machine").asText().equals("sys-firewall");
      if (!opening) {
        assertFalse(packet.path("verdict").asText().equals("blocked"), packet.toString());
      } else if (between) {
        assertEquals("blocked", packet.path("verdict").asText(), packet.toString());
        assertTrue(
            packet.path("cause").path("source").path("text").asText().contains("oifgroup 2"));
      } else if (packet.path("machine").asText().equals("sys-firewall")) {
        // sys-firewall lets work out, and outside serves tcp/443 alone
        boolean served = !packet.path("shown").asText().contains("tcp/8443");
        assertEquals(
            served ? "passes" : "blocked", packet.path("verdict").asText(), packet.toString());
      }
    }
  }

  @Test
  void onePacketLoggedTwiceIsTheSamePacket() throws IOException {
    JsonNode logged = json("journal", capture(LOGGED)).path("logged");
    String before = "";
    String after = "";
    for (JsonNode packet : logged) {
      boolean first = packet.path("shown").asText().startsWith("10.137.0.19 → 198.51.100.77 icmp");
      if (first && packet.path("prefix").asText().equals("IPT-PRE")) {
        before =
            packet
                .path("trace")
                .path("machines")
                .path("sys-firewall")
                .path("journeys")
                .path(0)
                .path("packet")
                .asText();
      } else if (first && packet.path("prefix").asText().equals("FW-ALL: ")) {
        after =
            packet
                .path("trace")
                .path("machines")
                .path("sys-firewall")
                .path("journeys")
                .path(0)
                .path("packet")
                .asText();
      }
    }
    // the line at forward has a lower time to live: as it arrived, it is the one of prerouting
    assertEquals(before, after);
  }

  @Test
  void filtersLeaveWhatTheyName() throws IOException {
    assertEquals(0, run("journal", capture(FAILED), "--since", "2026-01-12T09:53"));
    assertEquals(1, run("journal", capture(UNREADABLE), "--vm", "work"));
    assertEquals(0, run("journal", capture(UNREADABLE), "--vm", "untrusted"));
    JsonNode untrusted = json("journal", capture(LOGGED), "--machine", "untrusted");
    assertEquals(1, untrusted.path("journals").size());
    assertEquals(2, run("journal", capture(LOGGED), "--machine", "work"));
    assertEquals(2, run("journal", capture(LOGGED), "--since", "yesterday"));
  }

  @Test
  void whatIsNoJournalIsBadInput() throws IOException {
    assertEquals(2, run("journal", capture("masquerade")));
    assertEquals(2, run("journal", folder.resolve("nothing").toString()));
    assertEquals(2, run("journal", journal("garbage\nmore garbage\n").toString()));
  }

  @Test
  void quietJournalEndsWithZero() throws IOException {
    String text =
        "Jan 12 09:52:17 h systemd[1]: Started PedOS-firewall.service - PedOS firewall updater.\n"
            + "Jan 12 09:52:17 h sshd[7]: Error: not ours\nnot a line\n";
    assertEquals(0, run("journal", journal(text).toString()));
    assertTrue(
        out.toString().contains("2 messages; 1 lines are none of a journal"), out.toString());
  }

  @Test
  void unknownMessagesOfTheFirewallAreListedOnce() throws IOException {
    String line = "Jan 12 09:52:17 h PedOS-firewall[7]: something new number %d\n";
    assertEquals(
        1, run("journal", journal(String.format(line, 1) + String.format(line, 2)).toString()));
    assertTrue(out.toString().contains("Not explained"), out.toString());
    assertTrue(
        out.toString().contains("2 times: PedOS-firewall: something new number 1"), out.toString());
  }

  @Test
  void refusedCommandIsFoundInItsScript() throws IOException {
    Path machine = folder.resolve("vms/sys-firewall");
    Files.createDirectories(machine.resolve("rw-config"));
    Files.writeString(
        machine.resolve("rw-config/qubes-firewall-user-script"),
        "#!/bin/sh\n# mine\nnft add rule ip qubes custom-forwrd accept\n");
    Files.writeString(
        machine.resolve("journal.txt"),
        "Jan 12 09:52:17 h qubes-firewall[7]: Error: No such file or directory; did you mean chain ‘custom-forward’?\n"
            + "Jan 12 09:52:17 h qubes-firewall[7]: add rule ip qubes custom-forwrd accept\n"
            + "Jan 12 09:52:17 h qubes-firewall[7]:                  ^^^^^^^^^^^^^\n");
    JsonNode report = json("journal", folder.toString());
    JsonNode finding = report.path("findings").path(0);
    assertEquals("script-line", finding.path("id").asText());
    assertEquals(3, finding.path("because").path("line").asInt(), report.toString());
    assertEquals(0, report.path("unexplained").size());
  }

  @Test
  void journalsCantMoveTheCursor() throws IOException {
    String text =
        "Jan 12 09:52:17 h PedOS-firewall[7]: \u001b[2Jodd\u0007\n"
            + "Jan 12 09:52:17 h kernel: \u001b]0;x\u0007IN=\u001b[2J OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=47\n";
    run("journal", journal(text).toString(), "-v");
    assertFalse(
        out.toString().contains("\u001b") || out.toString().contains("\u0007"), out.toString());
  }

  @Test
  void whyNamesTheFailedServiceOnlyWhereAJournalSaysSo() throws IOException {
    JsonNode answer = json("why", capture(FAILED), "work", "untrusted", "tcp/443");
    JsonNode cause = answer.path("causes").path(0);
    assertEquals("firewall-service-failed", cause.path("kind").asText());
    assertEquals("forward", cause.path("chain").asText());
    assertEquals(3, cause.path("journal").path("line").asInt());
    assertTrue(
        answer.path("fixes").toString().contains("1i #!/bin/sh"), answer.path("fixes").toString());
    Path copy = folder.resolve("copy");
    copy(Path.of(capture(FAILED)), copy);
    Files.delete(copy.resolve("vms/sys-firewall/journal.txt"));
    JsonNode silent = json("why", copy.toString(), "work", "untrusted", "tcp/443");
    assertEquals("policy", silent.path("causes").path(0).path("kind").asText());
  }

  @Test
  void whySaysThatARejectStandsForDiscardedRules() throws IOException {
    JsonNode cause =
        json("why", capture(UNREADABLE), "work", "198.51.100.77", "tcp/443").path("causes").path(0);
    assertEquals("rule", cause.path("kind").asText());
    assertTrue(cause.path("text").asText().contains("updates.example.org"), cause.toString());
  }

  @Test
  void whyIsNotMisledByOtherMessages() throws IOException {
    Path copy = folder.resolve("other");
    copy(Path.of(capture(UNREADABLE)), copy);
    Files.writeString(
        copy.resolve("vms/sys-firewall/journal.txt"),
        "Jan 12 10:03:44 h PedOS-firewall[702]: Failed to parse rules for 10.137.0.23 (x), blocking traffic\n");
    JsonNode cause =
        json("why", copy.toString(), "work", "198.51.100.77", "tcp/443").path("causes").path(0);
    assertFalse(cause.has("journal"), cause.toString());
  }

  @Test
  void brokenJournalsNeverCrash() throws IOException {
    Path journal = folder.resolve("vms/sys-firewall/journal.txt");
    copy(Path.of(capture(LOGGED)), folder);
    String text =
        Files.readString(journal)
            + Files.readString(Path.of(capture(FAILED)).resolve("vms/sys-firewall/journal.txt"));
    for (int seed = 0; seed < 100; seed++) {
      Files.write(journal, new ListingMutator(new java.util.Random(seed)).mutated(text));
      int status = run("journal", folder.toString(), "-v");
      assertTrue(status >= 0 && status <= 2, "seed " + seed + ": " + err);
      assertFalse(out.toString().contains("\u001b"), "seed " + seed);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    assertTrue(List.of(to.toFile().list()).contains("vms"));
  }
}
