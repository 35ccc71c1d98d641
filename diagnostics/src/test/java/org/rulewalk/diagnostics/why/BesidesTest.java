package org.rulewalk.diagnostics.why;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Network;

/** What two VMs need to talk to each other, and what counters show. */
class BesidesTest {
  private static Besides why(String name, String from, String to, String service) {
    Network network = CaptureLoader.load(Fixtures.named(name).capture()).network();
    return Investigation.of(network, new Places(network).question(from, to, service)).besides();
  }

  private static List<String> needs(Between between) {
    return between.needs().stream()
        .map(n -> n.machine() + " " + n.chain() + " " + n.state().word())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "between-vms, present, present",
    "between-vms-forgot-input, present, missing",
    "between-vms-forgot-forward, missing, present"
  })
  void onOneFirewallVmTwoRulesAreNeeded(String name, String forward, String input) {
    Between between = why(name, "work", "untrusted", "tcp/22").between().orElseThrow();
    assertTrue(between.same());
    assertEquals("sys-firewall", between.meeting().orElseThrow());
    assertEquals(
        List.of("sys-firewall ip filter FORWARD " + forward, "untrusted ip filter INPUT " + input),
        needs(between));
  }

  @Test
  void theRulesAreThoseOfTheGeneration() {
    Between old = why("r41-default", "work", "untrusted", "tcp/22").between().orElseThrow();
    assertEquals(
        "iptables -I FORWARD 2 -s 10.137.0.19 -d 10.137.0.23 -p tcp --dport 22 -j ACCEPT",
        old.needs().get(0).commands().get(0));
    assertEquals(Between.Place.SECOND, old.needs().get(0).place());
    assertEquals("/rw/config/PedOS-firewall-user-script", old.needs().get(0).file());
    Between current = why("r42-default", "work", "untrusted", "tcp/22").between().orElseThrow();
    assertEquals(
        "nft add rule ip PedOS custom-input ip saddr 10.137.0.19 tcp dport 22 counter accept",
        current.needs().get(1).commands().get(0));
    assertEquals("/rw/config/rc.local", current.needs().get(1).file());
  }

  @Test
  void onDifferentFirewallVmsTheWayLeadsByTheAddressOfTheSecond() {
    Between between =
        why("between-firewall-vms", "work", "untrusted", "tcp/22").between().orElseThrow();
    assertEquals(false, between.same());
    assertEquals("10.137.0.29", between.ask().toString());
    assertEquals(
        List.of(
            "sys-net ip PedOS custom-forward missing",
            "other-firewall ip PedOS custom-dnat missing",
            "other-firewall ip PedOS custom-forward missing",
            "untrusted ip PedOS custom-input missing"),
        needs(between));
  }

  @Test
  void theKernelConnectsOnceThoseRulesAreThere() throws Exception {
    Between before =
        why("between-firewall-vms", "work", "untrusted", "tcp/22").between().orElseThrow();
    Between after =
        why("between-firewall-vms-open", "work", "untrusted", "tcp/22").between().orElseThrow();
    assertTrue(needs(after).stream().allMatch(need -> need.endsWith("present")), after.toString());
    assertEquals(before.needs().size(), after.needs().size());
    String recorded =
        Files.readAllLines(
                Fixtures.named("between-firewall-vms-open").directory().resolve("expected.jsonl"))
            .get(0);
    assertTrue(recorded.startsWith("{\"id\": \"c0\", \"result\": \"connected\""), recorded);
  }

  @Test
  void aRuleThatOnlyTheWayThereNeedsIsNotThereForTheWayBack() {
    assertTrue(
        needs(why("between-vms-one-way", "untrusted", "work", "tcp/22").between().orElseThrow())
            .stream()
            .allMatch(need -> need.endsWith("missing")));
  }

  @Test
  void aRuleThatDroppedIsEvidence() {
    List<Counted> counters =
        why("port-forward-counted-drops", "outside", "198.51.100.10", "tcp/443").counters();
    assertEquals(1, counters.size());
    assertEquals(Counted.Kind.DROPPED, counters.get(0).kind());
    assertEquals(7, counters.get(0).packets());
    assertEquals("sys-firewall", counters.get(0).machine());
    assertEquals(0, counters.get(0).cause().orElseThrow());
  }

  @Test
  void aRuleOnTheWayThatCountedNoneIsEvidence() {
    List<Counted> counters =
        why("port-forward-counted-none", "outside", "198.51.100.10", "tcp/443").counters();
    assertEquals(1, counters.size());
    assertEquals(Counted.Kind.NEVER_REACHED, counters.get(0).kind());
    assertEquals("sys-firewall", counters.get(0).machine());
    assertTrue(counters.get(0).source().text().contains("--to-destination 10.137.0.19"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"port-forward", "port-forward-complete", "r42-port-forward-old-iptables"})
  void countersOfACaptureWithoutTrafficShowNothing(String name) {
    assertEquals(List.of(), why(name, "outside", "198.51.100.10", "tcp/443").counters());
  }
}
