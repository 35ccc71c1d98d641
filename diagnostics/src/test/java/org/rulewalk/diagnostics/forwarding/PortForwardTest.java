package org.rulewalk.diagnostics.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Network;

/** The steps of a forwarded port: each fixture lacks or spoils one thing, and its row says so. */
class PortForwardTest {
  private static Answer why(String name, String from, String to, String service) {
    Network network = CaptureLoader.load(Fixtures.named(name).capture()).network();
    return Investigation.of(network, new Places(network).question(from, to, service));
  }

  private static List<ForwardStep> steps(String name) {
    Forwarded forwarded = why(name, "outside", "198.51.100.10", "tcp/443").besides().forwarded();
    assertTrue(forwarded.asked(), name);
    assertEquals("work", forwarded.to(), name);
    return forwarded.steps();
  }

  private static List<String> faults(String name) {
    return steps(name).stream()
        .filter(step -> step.state() != ForwardStep.State.PRESENT)
        .map(PortForwardTest::row)
        .toList();
  }

  private static String row(ForwardStep step) {
    String field = step.differs().isEmpty() ? "" : " " + step.differs().get(0).field();
    return step.machine()
        + " "
        + step.kind().word()
        + step.table().map(t -> " " + t).orElse("")
        + " "
        + step.state().word()
        + field;
  }

  @ParameterizedTest
  @ValueSource(strings = {"port-forward-complete", "r42-port-forward"})
  void wherePacketsArriveEveryStepIsThere(String name) {
    assertEquals(List.of(), faults(name));
    assertEquals(name.startsWith("r42") ? 6 : 8, steps(name).size());
  }

  @ParameterizedTest
  @CsvSource({
    "port-forward-no-sys-net-dnat, sys-net dnat missing",
    "port-forward-no-sys-net-filter, sys-net forward ip filter missing",
    "port-forward-no-sys-net-nft, sys-net forward ip PedOS-firewall missing",
    "port-forward-no-sys-firewall-dnat, sys-firewall dnat missing",
    "port-forward-no-sys-firewall-filter, sys-firewall forward ip filter missing",
    "port-forward-no-sys-firewall-nft, sys-firewall forward ip PedOS-firewall missing",
    "port-forward-no-app-input, work input ip filter missing",
    "port-forward-not-listening, work listens missing",
    "port-forward-loopback-only, work listens wrong listens on",
    "port-forward-nft-after-drop, sys-net forward ip PedOS-firewall shadowed",
    "port-forward-wrong-port, sys-net forward ip PedOS-firewall wrong tcp dport",
    "port-forward-wrong-protocol, sys-firewall forward ip filter wrong ip protocol",
    "port-forward-own-chains, sys-firewall forward ip filter wrong ip saddr",
    "r42-port-forward-after-drop, sys-firewall forward ip PedOS shadowed",
    "r42-port-forward-no-input, work input ip PedOS missing"
  })
  void oneFaultIsOneStep(String name, String fault) {
    assertEquals(List.of(fault), faults(name));
  }

  @Test
  void aWrongInterfaceSpoilsEveryRuleThatNamesIt() {
    assertEquals(
        List.of(
            "sys-net dnat ip nat wrong iifname",
            "sys-net forward ip PedOS-firewall wrong iifname",
            "sys-net forward ip filter wrong iifname"),
        faults("port-forward-wrong-interface"));
  }

  @Test
  void anAddressThatTheVmNoLongerHasIsStale() {
    assertEquals(
        List.of(
            "sys-firewall dnat ip nat wrong target",
            "sys-firewall forward ip PedOS-firewall wrong ip daddr",
            "sys-firewall forward ip filter wrong ip daddr"),
        faults("port-forward-stale-target"));
  }

  @Test
  void rulesOfIptablesHaveNoEffectWhereNftablesDecides() {
    assertEquals(
        List.of(
            "sys-net forward ip PedOS shadowed",
            "sys-firewall forward ip PedOS shadowed",
            "work input ip PedOS shadowed"),
        faults("r42-port-forward-old-iptables"));
    ForwardStep first =
        steps("r42-port-forward-old-iptables").stream()
            .filter(step -> step.state() == ForwardStep.State.SHADOWED)
            .findFirst()
            .orElseThrow();
    assertTrue(first.source().orElseThrow().file().endsWith("iptables-save.txt"));
    assertTrue(first.shadowedBy().orElseThrow().text().startsWith("oifgroup 2"), first.toString());
  }

  @Test
  void aHopThatIsMissingAsAWholeHidesNoneOfThoseBehindIt() {
    assertEquals(
        List.of("sys-firewall dnat missing", "sys-firewall forward ip PedOS missing"),
        faults("r42-port-forward-no-firewall-rules"));
  }

  @Test
  void whereNothingTellsWhichVmIsMeantTheStepsEndBeforeIt() {
    Forwarded forwarded =
        why("port-forward-first-machine-only", "outside", "198.51.100.10", "tcp/22443")
            .besides()
            .forwarded();
    assertEquals(Forwarded.NONE, forwarded);
    forwarded =
        why("port-forward-first-machine-only", "outside", "198.51.100.10", "tcp/443")
            .besides()
            .forwarded();
    assertEquals("", forwarded.to());
    assertEquals(
        List.of(
            "sys-net dnat ip nat present",
            "sys-net forward ip PedOS-firewall present",
            "sys-net forward ip filter present",
            "sys-firewall dnat missing"),
        forwarded.steps().stream().map(PortForwardTest::row).toList());
  }

  @Test
  void aQuestionAboutTheVmBehindShowsTheStepsToo() {
    Forwarded forwarded = why("r42-default", "outside", "work", "tcp/443").besides().forwarded();
    assertEquals(false, forwarded.asked());
    assertEquals(6, forwarded.steps().size());
    assertEquals(
        1, forwarded.steps().stream().filter(s -> s.state() == ForwardStep.State.PRESENT).count());
  }

  @ParameterizedTest
  @CsvSource({
    "r42-default, outside, 198.51.100.10, tcp/443",
    "port-forward, outside, 198.51.100.10, tcp/22",
    "port-forward, outside, 198.51.100.10, ping",
    "port-forward, work, untrusted, tcp/443"
  })
  void whereNobodyForwardedAnythingThereIsNoTable(
      String name, String from, String to, String service) {
    assertEquals(Forwarded.NONE, why(name, from, to, service).besides().forwarded());
  }
}
