package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.packet.Packet;

/**
 * What audit says of firewall VMs, service VMs and tunnels, and that it is silent of healthy ones.
 */
class ServiceTopologyTest {
  private static Subject subject(String name) {
    return new Subject(CaptureLoader.load(Fixtures.named(name).capture()), Evidence.NONE);
  }

  private static List<Finding> findings(String name, String id) {
    return Audit.of(subject(name)).stream().filter(f -> f.id().equals(id)).toList();
  }

  @Test
  void rulesPutIntoAFirewallVmAreNamedButNotThoseInItsCustomChains() {
    List<Finding> found = findings("firewall-vm-changed", "rules-in-firewall-vm");
    assertEquals(1, found.size());
    Finding finding = found.get(0);
    assertEquals("sys-firewall", finding.machine());
    assertTrue(finding.source().text().startsWith("tcp dport 8443 accept"), finding.toString());
    assertEquals(1, finding.because().size());
    assertTrue(finding.because().get(0).text().startsWith("accept"), finding.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"r42-between-vms-old-iptables", "r42-port-forward-after-drop"})
  void rulesInTheWrongPlaceCountAsPutThereByHand(String name) {
    assertEquals(1, findings(name, "rules-in-firewall-vm").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r41-default",
        "r42-default",
        "r42-between-vms",
        "r42-port-forward",
        "between-vms",
        "port-forward-complete",
        "port-forward-own-chains",
        "r41-per-vm-rules"
      })
  void whatPedOsMakesAndItsDocumentsTellIsNoFinding(String name) {
    assertEquals(List.of(), findings(name, "rules-in-firewall-vm"));
    assertEquals(List.of(), findings(name, "service-vm-without-firewall"));
  }

  @Test
  void aClientThatHangsOnAVpnItselfHasNoSecondFirewall() {
    List<Finding> found = findings("vpn-direct-client", "service-vm-without-firewall");
    assertEquals(1, found.size());
    assertEquals("vpn", found.get(0).machine());
    assertTrue(found.get(0).message().contains("between it and direct."), found.toString());
    assertTrue(
        found
            .get(0)
            .repair()
            .orElseThrow()
            .now()
            .contains("qvm-prefs direct netvm sys-firewall-vpn"));
  }

  @Test
  void withASecondFirewallVmThereIsNothingToSay() {
    assertEquals(List.of(), findings("vpn-kill-switch", "service-vm-without-firewall"));
  }

  @Test
  void aLeakIsShownByAPacketThatTheKernelSendsByTheUplinkToo() throws IOException {
    for (String name : List.of("vpn-by-halves", "vpn-by-mark")) {
      List<Finding> found = findings(name, "tunnel-leak");
      assertEquals(1, found.size(), name);
      assertEquals(Finding.Severity.ERROR, found.get(0).severity());
      Finding.Example example = found.get(0).example().orElseThrow();
      assertEquals("vif11.0", example.in().orElseThrow());
      assertTrue(found.get(0).source().text().contains("dev eth0"), found.toString());
      assertTrue(kernelSendsByUplink(name, example.packet()), example.toString());
    }
  }

  /** Whether the kernel, asked about a packet with the same ends, sent it by the VPN's uplink. */
  private static boolean kernelSendsByUplink(String name, Packet packet) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Fixture fixture = Fixtures.named(name);
    for (String line : Files.readAllLines(fixture.probes())) {
      JsonNode probe = json.readTree(line);
      if (!probe.has("packet") || probe.has("after") && probe.path("after").size() > 0) {
        continue;
      }
      Packet asked = Packet.ofHex(probe.path("packet").asText());
      boolean same =
          asked.source().equals(packet.source())
              && asked.destination().equals(packet.destination());
      for (String answer : same ? Files.readAllLines(fixture.expected()) : List.<String>of()) {
        JsonNode recorded = json.readTree(answer);
        if (recorded.path("id").equals(probe.path("id"))) {
          return recorded.at("/machines/vpn/sent").findValuesAsText("interface").contains("eth0");
        }
      }
    }
    return false;
  }

  @Test
  void aKillSwitchInFrontOfAllElseIsAProof() {
    for (String name : List.of("vpn-kill-switch", "vpn-direct-client")) {
      assertEquals(List.of(), findings(name, "tunnel-leak"), name);
      List<String> proofs = Audit.proofs(subject(name));
      assertEquals(1, proofs.size());
      assertTrue(proofs.get(0).startsWith("vpn: no packet of a client leaves by eth0"), name);
    }
  }

  @Test
  void aKillSwitchBehindTheAcceptOfKnownConnectionsIsNoProof() {
    List<Finding> found = findings("vpn-answers-first", "tunnel-leak");
    assertEquals(1, found.size());
    assertEquals(Finding.Severity.NOTE, found.get(0).severity());
    assertTrue(found.get(0).message().startsWith("Not proven:"), found.toString());
    assertEquals(List.of(), Audit.proofs(subject("vpn-answers-first")));
  }
}
