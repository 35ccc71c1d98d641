package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.words.FindingWords;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;

/** What audit finds in networks that were recorded, and that it is silent of healthy ones. */
class FixtureFindingsTest {
  private static Subject subject(Path path) {
    Capture capture = CaptureLoader.load(path);
    return new Subject(capture, JournalEvidence.of(path, capture));
  }

  @ParameterizedTest
  @CsvSource({
    "notrack,                     answers-dropped,           gate,         nft-list-ruleset.txt:9",
    "large-packets-error-dropped, errors-dropped,            sys-firewall, iptables-save.txt:29",
    "icmp-errors-dropped,         errors-dropped,            gate,         nft-list-ruleset.txt:3",
    "port-forward-stale-target,   dnat-to-nobody,            sys-firewall, iptables-save.txt:43",
    "port-forward-wrong-interface,rule-on-missing-interface, sys-net,      iptables-save.txt:41",
    "hairpin-without-source-nat,  hairpin-without-snat,      gate,         iptables-save.txt:19",
    "stopped-everywhere,          dnat-to-loopback,          gate,         iptables-save.txt:54",
    "firewall-vm-changed,         inter-vm-leak,             sys-firewall, nft-list-ruleset.txt:61",
    "ip-forward-off,              forwarding-off,            gate,         sysctl.txt:84",
    "ipv6-forwarding-off,         forwarding-off,            gate,         sysctl.txt:96",
    "rp-filter-strict,            rp-filter-drops,           gate,         sysctl.txt:81",
    "found-error-to-all,          ipv6-open,                 gate,         nft-list-ruleset.txt:4"
  })
  void whatIsWrongIsFoundWhereItStands(String fixture, String id, String machine, String place) {
    List<Finding> found =
        Audit.of(subject(Fixtures.named(fixture).capture())).stream()
            .filter(f -> f.id().equals(id))
            .filter(f -> f.source().toString().equals("vms/" + machine + "/" + place))
            .toList();
    assertEquals(1, found.size(), () -> Audit.of(subject(Fixtures.named(fixture).capture())) + "");
    assertEquals(machine, found.get(0).machine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r41-default",
        "r42-default",
        "r42-between-vms",
        "r42-port-forward",
        "r42-per-vm-rules",
        "r42-dns",
        "r42-dns-in-list",
        "between-firewall-vms",
        "vpn-kill-switch",
        "ipv6-default",
        "masquerade",
        "hairpin",
        "ftp-data-with-helper",
        "rule-before-reject",
        "rp-filter-loose"
      })
  void healthyNetworksHaveNoErrorAndNoWarning(String fixture) {
    List<Finding> found =
        Audit.of(subject(Fixtures.named(fixture).capture())).stream()
            .filter(f -> f.severity() != Finding.Severity.NOTE)
            .toList();
    assertEquals(List.of(), found);
  }

  /** So that each of them has a heading and an explanation in SARIF and in the documentation. */
  @Test
  void everySortOfFindingIsExplained() {
    Set<String> ids = new TreeSet<>();
    for (Fixture fixture : Fixtures.captures()) {
      Audit.of(subject(fixture.capture())).forEach(finding -> ids.add(finding.id()));
    }
    assertTrue(ids.size() > 25, ids.toString());
    Set<String> unexplained =
        ids.stream()
            .filter(id -> FindingWords.of(id).isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), unexplained);
  }

  /** What is shown as an example can be asked of the simulator: the machine takes it in. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "notrack",
        "icmp-errors-dropped",
        "hairpin-without-source-nat",
        "rp-filter-strict"
      })
  void examplesArePacketsThatTheMachineSees(String fixture) {
    Subject subject = subject(Fixtures.named(fixture).capture());
    Simulator simulator = new Simulator(subject.capture().network());
    for (Finding finding : Audit.of(subject)) {
      finding
          .example()
          .ifPresent(
              example ->
                  assertTrue(
                      simulator
                          .run(
                              new Probe.Arrive(
                                  example.machine(), example.in().orElse("lo"), example.packet()))
                          .trace()
                          .journey(0)
                          .isReceived(),
                      finding.toString()));
    }
  }
}
