package org.rulewalk.diagnostics.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rulewalk.diagnostics.text.JournalWords;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.journal.JournalEntry;

class MessageTest {
  private static final Path CAPTURE = Fixtures.named("r42-service-failed").capture();
  private static final Capture LOADED = CaptureLoader.load(CAPTURE);
  private static final Map<Speaker, String> NAMES =
      Map.ofEntries(
          Map.entry(Speaker.FIREWALL, "PedOS-firewall"),
          Map.entry(Speaker.BASE_RULES, "PedOS-iptables"),
          Map.entry(Speaker.ANTISPOOF, "nft"),
          Map.entry(Speaker.UPLINK, "setup-ip"),
          Map.entry(Speaker.PROXY, "network-proxy-setup.sh"),
          Map.entry(Speaker.DISPATCHER, "nm-dispatcher"),
          Map.entry(Speaker.RC_LOCAL, "misc-post.sh"),
          Map.entry(Speaker.HOTPLUG, "root"),
          Map.entry(Speaker.SYSTEMD, "systemd"),
          Map.entry(Speaker.KERNEL, "kernel"),
          Map.entry(Speaker.QREXEC, "qrexec"),
          Map.entry(Speaker.DOM0, "PedOSd"));

  private static List<Found> said(Message message, String text) {
    Speaker speaker = message.speaker();
    String unit =
        speaker == Speaker.ANTISPOOF
            ? "PedOS-antispoof.service"
            : speaker == Speaker.SYSTEMD ? "PedOS-firewall.service" : "";
    Digest digest = new Digest(LOADED);
    digest.take(
        "sys-firewall",
        new JournalEntry("j", 1, "now", Optional.empty(), NAMES.get(speaker), unit, text));
    return digest.report(List.of()).found();
  }

  /** A message of this form with something plausible in its holes. */
  private static String example(String form) {
    return form.replace("{vm}", "10.137.0.19")
        .replace("{line}", "7")
        .replace("{script}", "/rw/config/x")
        .replace("{error}", "OS")
        .replace("{unit}", "PedOS-firewall.service")
        .replace("{place}", "x:3")
        .replaceAll("\\{[a-z]*\\}", "zz");
  }

  @ParameterizedTest
  @EnumSource
  void everyFormIsRecognisedAsItself(Message message) {
    for (String form : message.forms()) {
      List<Found> found = said(message, example(form));
      assertEquals(1, found.size(), form);
      assertEquals(message, found.get(0).message(), form);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyExplanationIsWholeAndNamesWhatTheMessageNames(Message message) {
    for (String form : message.forms()) {
      JournalWords.Explanation words = JournalWords.of(said(message, example(form)).get(0));
      String all = words.happened() + words.effect() + words.advice();
      assertFalse(all.contains("{") || all.contains("}"), all);
      assertTrue(words.happened().endsWith("."), all);
      assertTrue(
          !form.contains("{vm}")
              || message.severity() == Severity.FINE
              || all.contains("10.137.0.19"),
          all);
    }
  }

  @Test
  void otherSpellingIsTheSameMessage() {
    Found found =
        said(
                Message.SCRIPT_FORMAT,
                "OSError: [Errno 8] Exec format error: '/rw/config/qubes-firewall-user-script'")
            .get(0);
    assertEquals(Message.SCRIPT_FORMAT, found.message());
    assertTrue(found.cause().isPresent());
    assertEquals("/rw/config/qubes-firewall-user-script", found.names().get("script"));
    assertEquals(
        Message.VIF_ONLINE,
        said(
                Message.VIF_ONLINE,
                "/etc/xen/scripts/vif-route-qubes: Successful vif-route-qubes online for vif5.0.")
            .get(0)
            .message());
  }

  @Test
  void reasonsMayHoldBracketsAndQuotes() {
    Found found =
        said(
                Message.RULES_REFUSED,
                "Failed to apply rules for 10.137.0.19 (nft failed: b'Error: x (y), z\\n'), blocking traffic")
            .get(0);
    assertEquals("nft failed: b'Error: x (y), z\\n'", found.names().get("reason"));
    assertEquals(Optional.of("work"), found.vm());
  }

  @Test
  void holesTakeNoMoreThanTheyMust() {
    assertEquals(
        Optional.of(Map.of("a", "1", "b", "2: 3")), Phrase.of("x {a}: {b}").match("x 1: 2: 3"));
    assertEquals(Optional.empty(), Phrase.of("x {a}: {b}.").match("x 1: 2"));
    assertEquals(Optional.empty(), Phrase.of("ab").match("abc"));
    assertEquals(Optional.empty(), Phrase.of("ab{}ba").match("aba"));
  }

  @Test
  void aTracebackInOneMessageIsKnownByItsEnd() {
    Found found =
        said(
                Message.SCRIPT_FORMAT,
                "Traceback (most recent call last):\n  File \"x\", line 1\n"
                    + "OSError: [Errno 8] Exec format error: '/rw/config/PedOS-firewall-user-script'")
            .get(0);
    assertEquals(Message.SCRIPT_FORMAT, found.message());
  }

  @Test
  void aServiceThatWasStartedAgainIsNotStopped() {
    assertEquals(Severity.PARTLY, moves("Started", "Stopped"));
    assertEquals(Severity.FINE, moves("Stopped", "Started"));
  }

  private static Severity moves(String... words) {
    Digest digest = new Digest(LOADED);
    for (String word : words) {
      digest.take(
          "sys-firewall",
          new JournalEntry(
              "j",
              1,
              "now",
              Optional.empty(),
              "systemd",
              "PedOS-firewall.service",
              word + " PedOS-firewall.service - PedOS firewall updater."));
    }
    return digest.report(List.of()).found().stream()
        .filter(found -> found.message() == Message.UNIT_STOPPED)
        .findFirst()
        .orElseThrow()
        .severity();
  }

  @Test
  void everyMessageIsInTheDocumentation() throws java.io.IOException {
    String text =
        java.nio.file.Files.readString(
            CAPTURE.resolve("../../../../docs/pedos-journal.md").normalize());
    for (Message message : Message.values()) {
      assertTrue(text.contains("`" + message.word() + "`"), message.word());
      assertTrue(text.contains(JournalWords.of(message).effect()), message.word());
    }
  }

  @Test
  void repeatsAreOne() {
    Digest digest = new Digest(LOADED);
    for (int line = 1; line <= 3; line++) {
      digest.take(
          "sys-firewall",
          new JournalEntry(
              "j",
              line,
              "t" + line,
              Optional.empty(),
              "systemd",
              "PedOS-firewall.service",
              "PedOS-firewall.service: Scheduled restart job, restart counter is at "
                  + line
                  + "."));
    }
    Found found = digest.report(List.of()).found().get(0);
    assertEquals(3, found.count());
    assertEquals("t1", found.first().time());
    assertEquals("t3", found.lastTime());
  }
}
