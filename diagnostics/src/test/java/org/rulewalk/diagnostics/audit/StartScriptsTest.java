package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;

/** What is said of start scripts: the document's own, and the ways in which they don't run. */
class StartScriptsTest {
  private static final String USER_SCRIPT = "PedOS-firewall-user-script";

  @TempDir Path directory;

  /** A copy of a fixture's capture whose scripts are others. */
  private Path copy(String fixture) throws IOException {
    Path from = Fixtures.named(fixture).capture();
    Path to = directory.resolve("capture");
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Files.copy(path, to.resolve(from.relativize(path).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return to;
  }

  private static void script(Path capture, String machine, String name, String text, String mode)
      throws IOException {
    Path folder = capture.resolve("vms").resolve(machine).resolve("rw-config");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), text);
    Files.writeString(
        folder.resolve("modes.txt"), mode + " 1 root root 198 Jan 12 09:41 " + name + "\n");
  }

  private static List<Finding> findings(Path capture) {
    List<Finding> found = new ArrayList<>();
    for (Finding finding : Audit.of(new Subject(CaptureLoader.load(capture), Evidence.NONE))) {
      boolean ours = finding.id().startsWith("script-") || finding.id().startsWith("rule-");
      if (ours) {
        found.add(finding);
      }
    }
    return found;
  }

  private static List<String> places(List<Finding> findings) {
    return findings.stream()
        .map(
            f -> f.id() + " " + f.source().file().replaceFirst(".*/", "") + ":" + f.source().line())
        .toList();
  }

  private static String document(String name) throws IOException {
    try (InputStream in =
        StartScriptsTest.class.getResourceAsStream(
            "/org/rulewalk/diagnostics/script/document/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theDocumentAsPrintedHasPlaceholdersAndAGuardTheWrongWayRound() throws IOException {
    Path capture = copy("r41-default");
    script(capture, "sys-net", "rc.local", document("sys-net-rc.local-r4"), "-rwxr-xr-x");
    script(
        capture, "sys-firewall", USER_SCRIPT, document("sys-firewall-user-script"), "-rwxr-xr-x");
    assertEquals(
        List.of(
            "script-placeholder PedOS-firewall-user-script:11",
            "script-placeholder PedOS-firewall-user-script:20",
            "script-placeholder PedOS-firewall-user-script:31",
            "script-placeholder PedOS-firewall-user-script:39",
            "script-placeholder PedOS-firewall-user-script:50",
            "script-placeholder rc.local:11",
            "script-placeholder rc.local:20",
            "script-placeholder rc.local:31",
            "script-placeholder rc.local:39",
            "script-guard-inverted rc.local:47",
            "script-placeholder rc.local:50",
            "script-two-addresses PedOS-firewall-user-script:50",
            "script-two-addresses rc.local:50"),
        places(findings(capture)));
  }

  @Test
  void theSearchOfTheDocumentIsBlindBecauseNumbersAreListed() throws IOException {
    Path capture = copy("r41-default");
    String filled =
        document("sys-firewall-user-script")
            .replace("10.137.1.x", "10.137.0.6")
            .replaceAll("10\\.137\\.[02]\\.y", "10.137.0.19")
            .replace("192.168.x.0", "198.51.100.0");
    script(capture, "sys-firewall", USER_SCRIPT, filled, "-rwxr-xr-x");
    List<Finding> found = findings(capture);
    assertEquals(List.of("rule-added-twice PedOS-firewall-user-script:50"), places(found));
    assertTrue(found.get(0).message().contains("\"ct state 0x8\""), found.get(0).message());
    assertEquals(47, found.get(0).because().get(0).line());
  }

  @Test
  void aPlaceThatIsNotThere() throws IOException {
    Path capture = copy("r42-default");
    script(
        capture,
        "work",
        "rc.local",
        "#!/bin/sh\nfor n in 1 2 3; do iptables -A INPUT -p tcp --dport 9$n -j ACCEPT; done\n"
            + "iptables -w -I INPUT 5 -p tcp --dport 443 -j ACCEPT\n",
        "-rwxr-xr-x");
    List<Finding> found = findings(capture);
    assertEquals(List.of("script-command-fails rc.local:3"), places(found));
    assertTrue(found.get(0).message().contains("INPUT has fewer rules"), found.get(0).message());
  }

  @Test
  void scriptsThatNeverRun() throws IOException {
    Path capture = copy("r42-default");
    String add = "nft add rule ip PedOS custom-input tcp dport 443 accept\n";
    script(capture, "work", USER_SCRIPT, "#!/bin/sh\n" + add, "-rwxr-xr-x");
    script(capture, "untrusted", "rc.local", "#!/bin/sh\n" + add, "-rw-r--r--");
    script(capture, "sys-firewall", USER_SCRIPT, add, "-rwxr-xr-x");
    script(capture, "sys-net", USER_SCRIPT, "#!/bin/sh\n" + add, "-rwxr-xr-x");
    Files.writeString(
        capture.resolve("vms/sys-net/services.txt"), "PedOS-firewall\ncustom-persist\n");
    assertEquals(
        List.of(
            "script-without-interpreter PedOS-firewall-user-script:1",
            "script-never-runs PedOS-firewall-user-script:0",
            "script-not-executable rc.local:0",
            "script-never-runs PedOS-firewall-user-script:0"),
        places(findings(capture)));
  }

  @Test
  void theOtherSpelling() throws IOException {
    Path capture = copy("r42-default");
    script(
        capture, "sys-firewall", "qubes-firewall-user-script", "nft list ruleset\n", "-rwx------");
    assertEquals(
        List.of("script-without-interpreter qubes-firewall-user-script:1"),
        places(findings(capture)));
  }

  @Test
  void rulesThatNoScriptBringsBack() throws IOException {
    Path capture = copy("r42-between-vms");
    List<Finding> without = findings(capture);
    assertEquals(List.of(), places(without), "nothing is known of scripts");
    script(capture, "sys-firewall", USER_SCRIPT, "#!/bin/sh\n", "-rwxr-xr-x");
    List<Finding> found = findings(capture);
    assertTrue(!found.isEmpty(), "a rule in custom-forward");
    assertTrue(
        found.stream().allMatch(each -> each.id().equals("rule-lost-at-start")),
        places(found).toString());
    String command = found.get(0).repair().orElseThrow().lines().get(0);
    script(
        capture,
        "sys-firewall",
        USER_SCRIPT,
        "#!/bin/sh\nif ! nft list chain ip PedOS custom-forward | grep -q daddr; then\n"
            + found.stream()
                .map(each -> each.repair().orElseThrow().lines().get(0))
                .reduce("", (a, b) -> a + b + "\n")
            + "fi\n",
        "-rwxr-xr-x");
    assertEquals(List.of(), places(findings(capture)), command);
  }

  @Test
  void aRuleBehindADrop() {
    List<Finding> found =
        findings(Fixtures.named("port-forward-nft-after-drop").capture()).stream()
            .filter(each -> each.id().equals("script-rule-unreached"))
            .toList();
    assertEquals(List.of("script-rule-unreached PedOS-firewall-user-script:5"), places(found));
  }

  @Test
  void whatIsNotUnderstoodIsListed() throws IOException {
    Path capture = copy("r42-default");
    script(
        capture,
        "work",
        "rc.local",
        "#!/bin/sh\n/usr/local/bin/my-vpn up && iptables -A INPUT -p udp --dport 51820 -j ACCEPT\n"
            + "eval \"$RULES\"\nwhile true; do iptables -A INPUT -j ACCEPT; done\n",
        "-rwxr-xr-x");
    assertEquals(
        List.of(
            "script-not-understood rc.local:2",
            "script-uncertain rc.local:2",
            "script-not-understood rc.local:3",
            "script-not-understood rc.local:4"),
        places(findings(capture)));
  }
}
