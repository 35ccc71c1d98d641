package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;

/**
 * Each finding about dom0's rules on a capture that has its reason, and not on its healthy twin.
 */
class Dom0ChecksTest {
  @TempDir private Path folder;

  private static List<Finding> audit(Path path) {
    Capture capture = CaptureLoader.load(path);
    return Audit.of(new Subject(capture, new JournalEvidence(path, Dom0Rules.of(capture))));
  }

  private static List<Finding> audit(String capture) {
    return audit(Fixtures.named(capture).capture());
  }

  private static boolean has(List<Finding> findings, String id) {
    return findings.stream().anyMatch(finding -> finding.id().equals(id));
  }

  private static Finding only(List<Finding> findings, String id) {
    List<Finding> found = findings.stream().filter(f -> f.id().equals(id)).toList();
    assertEquals(1, found.size(), findings.toString());
    return found.get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "r42-dom0-rules-stale, dom0-rules-stale, WARNING, dom0/qvm-firewall/work.txt, 3",
    "r42-dom0-rules-missing, dom0-rules-missing, ERROR, vms/sys-firewall/nft-list-ruleset.txt, 71",
    "r42-dom0-rules-blocked, dom0-rules-blocked, ERROR, vms/sys-firewall/nft-list-ruleset.txt, 71",
    "r42-dom0-rules-open-connection, dom0-open-connection, WARNING, vms/sys-firewall/conntrack.txt, 1",
  })
  void whatIsWrongIsFoundWhereItIs(
      String capture, String id, Finding.Severity severity, String file, int line) {
    Finding finding = only(audit(capture), id);
    assertEquals(severity, finding.severity());
    assertEquals(file + ":" + line, finding.source().toString());
    assertTrue(finding.repair().isPresent());
  }

  @ParameterizedTest
  @CsvSource({"r32-dom0-rules", "r40-dom0-rules-iptables", "r41-dom0-rules", "r42-dom0-rules"})
  void rulesInForceAreNoFault(String capture) {
    for (Finding finding : audit(capture)) {
      boolean told =
          finding.severity() == Finding.Severity.NOTE || finding.id().equals("dom0-host-name");
      assertTrue(told, finding.toString());
    }
  }

  @Test
  void theHostThatWasNotResolvedIsNamed() {
    Finding finding = only(audit("r42-dom0-rules-blocked"), "dom0-rules-blocked");
    assertTrue(finding.message().contains("mirror.example.org"), finding.message());
    assertEquals("vms/sys-firewall/journal.txt:1", finding.because().get(0).toString());
    assertEquals("dom0/qvm-firewall/work.txt:3", finding.because().get(1).toString());
    assertEquals(List.of("qvm-firewall --reload work"), finding.repair().orElseThrow().now());
  }

  @Test
  void aHostsNameIsToldWithItsAddressesOfThen() {
    Finding finding = only(audit("r42-dom0-rules"), "dom0-host-name");
    assertEquals("dom0/qvm-firewall/work.txt:3", finding.source().toString());
    assertTrue(finding.message().contains("203.0.113.20-203.0.113.21"), finding.message());
    assertTrue(finding.message().contains("load balancing"), finding.message());
  }

  @Test
  void whatTheEditorDoesNotShowIsTold() {
    Finding finding = only(audit("r42-dom0-rules"), "dom0-hidden-rule");
    assertEquals(
        List.of("qvm-firewall work del --rule-no 5", "qvm-firewall work del --rule-no 4"),
        finding.repair().orElseThrow().now());
    assertTrue(has(audit("r42-dom0-rules"), "dom0-rule-expired"));
    assertTrue(has(audit("r42-dom0-rules"), "dom0-not-filtered"));
  }

  @Test
  void anOpenConnectionThatIsNoLongerAllowedIsEnded() {
    Finding finding = only(audit("r42-dom0-rules-open-connection"), "dom0-open-connection");
    assertEquals(
        List.of("conntrack -D -s 10.137.0.19 -d 198.51.100.77 -p tcp --dport 80"),
        finding.repair().orElseThrow().now());
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The VM does not start then, so its rules are in no chain: dom0's file alone tells. */
  @Test
  void aScriptOfReleaseThreeMayBeTooLong() throws IOException {
    StringBuilder rules = new StringBuilder("<QubesFirewallRules policy=\"deny\" dns=\"allow\">\n");
    for (int i = 0; i < 40; i++) {
      rules.append("<rule address=\"198.51.100." + i + "\" proto=\"tcp\" port=\"443\"/>\n");
    }
    write("dom0/firewall/work.xml", rules + "</QubesFirewallRules>\n");
    write(
        "dom0/qvm-ls.txt",
        "firewallvm|Running|netvm|10.137.1.8|10.137.2.1|10.137.1.1\n"
            + "work|Halted|firewallvm|10.137.2.9|-|10.137.2.1\n");
    write(
        "vms/firewallvm/iptables-save.txt",
        "*nat\n:PR-QBS - [0:0]\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i vif0.0 -j ACCEPT\nCOMMIT\n");
    Finding finding = only(audit(folder), "dom0-script-too-long");
    assertEquals(Finding.Severity.ERROR, finding.severity());
    assertTrue(finding.message().contains(" fewer than 3072"), finding.message());
    assertEquals("/rw/config/rc.local", finding.repair().orElseThrow().file());
    assertTrue(
        finding.repair().orElseThrow().lines().get(0).startsWith("iptables-restore"),
        finding.toString());
    Finding fits = audit("r32-dom0-rules").get(0);
    assertEquals("dom0-script-size", fits.id());
    assertTrue(fits.message().contains("more rules"), fits.message());
  }

  @ParameterizedTest
  @CsvSource({
    "action=accept specialtarget=dns proto=tcp dstports=853-853",
    "action=accept specialtarget=dns dsthost=www.example.org"
  })
  void aRuleForResolversThatCannotBeMeantIsFound(String rule) throws IOException {
    write("dom0/qvm-firewall/work.txt", rule + "\n");
    write("dom0/qvm-ls.txt", "work|Running|sys-firewall|10.137.0.20|-|10.137.0.6\n");
    write("vms/sys-firewall/nft-list-ruleset.txt", "table ip PedOS {\n}\n");
    assertTrue(has(audit(folder), "dom0-rule-without-effect"), audit(folder).toString());
  }

  @Test
  void aCaptureWithoutDom0HasNoFindingsAboutIt() {
    assertTrue(audit("r42-per-vm-rules").stream().noneMatch(f -> f.id().startsWith("dom0-")));
  }
}
