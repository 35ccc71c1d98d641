package org.rulewalk.parsers.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalReaderTest {
  private final List<JournalEntry> entries = new ArrayList<>();

  private JournalReader.Summary read(String text) {
    try {
      InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      return JournalReader.read("journal.txt", in, 2026, entries::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Jan 12 09:52:17 sys-firewall PedOS-firewall[731]: went wrong",
        "Jan  2 09:52:17.123456 sys-firewall PedOS-firewall[731]: went wrong",
        "janv. 12 09:52:17 localhost qubes-firewall[731]: went wrong",
        "Mär 03 09:52:17 fedora qubes-firewall: went wrong",
        "2026-01-12T09:52:17+0100 sys-firewall PedOS-firewall[731]: went wrong",
        "2026-01-12T09:52:17.123456+01:00 sys-firewall PedOS-firewall[731]: went wrong",
        "Mon 2026-01-12 09:52:17 CET sys-firewall PedOS-firewall[731]: went wrong",
        "Jan 12 09:52:17 PedOS-firewall[731]: went wrong",
        "1768207937.123456 sys-firewall PedOS-firewall[731]: went wrong",
        "[   12.345678] sys-firewall PedOS-firewall[731]: went wrong"
      })
  void everyShortFormNamesItsSpeakerAndSays(String line) {
    assertEquals(new JournalReader.Summary(1, 0, 0), read(line + "\n"));
    assertEquals("PedOS-firewall", entries.get(0).identifier());
    assertEquals("went wrong", entries.get(0).message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ 1234.567890] FW DROP: IN=eth0 OUT= SRC=192.0.2.1",
        "[Mon Jan 12 09:52:17 2026] FW DROP: IN=eth0 OUT= SRC=192.0.2.1",
        "<4>[ 1234.567890] FW DROP: IN=eth0 OUT= SRC=192.0.2.1",
        "Jan 12 09:52:17 host kernel: FW DROP: IN=eth0 OUT= SRC=192.0.2.1",
        "Jan 12 09:52:17 host kernel: [ 1234.567890] FW DROP: IN=eth0 OUT= SRC=192.0.2.1",
        "[ 1234.567890] host kernel: FW DROP: IN=eth0 OUT= SRC=192.0.2.1"
      })
  void kernelLinesKeepTheirPrefixInEveryForm(String line) {
    read(line);
    assertTrue(entries.get(0).isKernel(), line);
    assertEquals("FW DROP: IN=eth0 OUT= SRC=192.0.2.1", entries.get(0).message());
  }

  @Test
  void datesWithoutYearGetTheGivenOne() {
    read("Feb  3 04:05:06 host kernel: x\nfévr. 03 04:05:06 host kernel: x\n");
    assertEquals(Optional.of(LocalDateTime.of(2026, 2, 3, 4, 5, 6)), entries.get(0).at());
    assertEquals(Optional.empty(), entries.get(1).at());
  }

  @Test
  void headingsAreNoMessagesAndIndentedLinesGoOn() {
    JournalReader.Summary summary =
        read(
            "-- Journal begins at Mon 2026-01-12. --\n"
                + "Jan 12 09:52:17 host PedOS-firewall[7]: first\n"
                + "                                        second\n"
                + "-- Boot 0123456789abcdef --\n"
                + "Jan 12 09:53:17 host PedOS-firewall[7]: third\n");
    assertEquals(new JournalReader.Summary(2, 0, 0), summary);
    assertEquals("first\nsecond", entries.get(0).message());
    assertEquals(5, entries.get(1).line());
  }

  @Test
  void brokenLinesAreCountedAndTheRestIsRead() {
    JournalReader.Summary summary =
        read("garbage\nJan 12 09:52:17 host a: b\n\u0000\u0001\n" + "x".repeat(3_000_000) + "\n");
    assertEquals(new JournalReader.Summary(1, 3, 1), summary);
  }

  @Test
  void jsonLinesArraysAndPrettyObjectsSayTheSame() {
    String object =
        "{\"MESSAGE\":\"Failed {x} \\\"y\\\"\",%n\"_SYSTEMD_UNIT\":\"init.scope\",%n"
            + "\"UNIT\":\"qubes-firewall.service\",%n\"SYSLOG_IDENTIFIER\":\"systemd\",%n"
            + "\"__REALTIME_TIMESTAMP\":\"1768207937000000\"}";
    String flat = object.replace("%n", "");
    String pretty = object.replace("%n", "\n  ");
    for (String text :
        List.of(
            flat + "\n" + flat,
            "[" + flat + ",\n" + flat + "]",
            "[\n  " + pretty + ",\n  " + pretty + "\n]")) {
      entries.clear();
      assertEquals(new JournalReader.Summary(2, 0, 0), read(text), text);
      for (JournalEntry entry : entries) {
        assertEquals("Failed {x} \"y\"", entry.message());
        assertEquals("PedOS-firewall.service", entry.unit());
        assertEquals("2026-01-12 08:52:17", entry.time());
      }
    }
  }

  @Test
  void jsonValuesMayBeBytesOrGivenTwiceOrNull() {
    String bytes =
        "{\"MESSAGE\":[27,91,51,49,109,104,105,27,91,48,109],\"_TRANSPORT\":\"kernel\"}\n";
    String twice = "{\"MESSAGE\":[\"one\",\"two\"],\"SYSLOG_IDENTIFIER\":[\"a\",\"b\"]}\n";
    String none = "{\"MESSAGE\":null}\n";
    assertEquals(new JournalReader.Summary(2, 1, 3), read(bytes + twice + none));
    assertEquals("hi", entries.get(0).message());
    assertTrue(entries.get(0).isKernel());
    assertEquals("one", entries.get(1).message());
    assertEquals("a", entries.get(1).identifier());
  }

  @Test
  void anObjectThatBreaksOffLosesNoOther() {
    JournalReader.Summary summary =
        read("{\"MESSAGE\":\"a\"}\n{\"MESSAGE\":\"b\",\"X\":{\n{\"MESSAGE\":\"c\"}\n{\"MESSAGE\":");
    assertEquals(List.of("a", "c"), entries.stream().map(JournalEntry::message).toList());
    assertEquals(2, summary.broken());
  }

  @Test
  void anyBytesEndWithoutAnException() throws IOException {
    long seed = 20260112;
    Random random = new Random(seed);
    String[] parts = {
      "Jan 12 09:52:17 ",
      "[ 1.2] ",
      "{\"MESSAGE\":",
      "\"}",
      "\n",
      "IN=",
      " OUT=",
      "SRC=1.2.3.4 ",
      "[",
      "]",
      ":",
      "é",
      " "
    };
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        text.append(
            random.nextInt(4) == 0
                ? String.valueOf((char) random.nextInt(300))
                : parts[random.nextInt(parts.length)]);
      }
      read(text.toString());
      entries.forEach(entry -> LogLine.parse(entry.message()));
      LogLine.parse(text.toString());
    }
    assertTrue(
        entries.size() > 100, "seed " + seed + ": too few lines were journal lines to prove much");
  }
}
