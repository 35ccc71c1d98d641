package org.rulewalk.diagnostics.expose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.why.CauseKind;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/** A port of a VM exposed to a prefix: what each machine needs, and that it is so. */
class ExposingTest {
  private static final String LAN = "198.51.100.0/24";

  /** In these nothing helps: work's address is not the one that its firewall VM knows. */
  private static final List<String> ELSEWHERE =
      List.of("r41-changed-address", "r42-changed-address");

  private record Case(Fixture fixture, Exposure exposure) {}

  private static List<Case> all;

  @BeforeAll
  static void expose() {
    all =
        Exposed.suitable(Fixtures.own()).stream()
            .map(f -> new Case(f, Exposed.at(f.capture(), "work tcp/443 " + LAN, Optional.empty())))
            .toList();
  }

  @Test
  void whereNftDecidesRulesGoToTheChainsForPeople() {
    Exposure exposure = Exposed.in("r42-default", "work tcp/443 " + LAN);
    assertEquals(Exposure.Verdict.CHECKED, exposure.verdict());
    assertEquals(3, exposure.steps().size());
    List<String> entry = Exposed.now(exposure, "sys-net");
    assertEquals(
        "nft add chain ip PedOS custom-dnat '{ type nat hook prerouting priority dstnat; policy accept; }'",
        entry.get(0));
    assertTrue(
        entry
            .get(1)
            .contains(
                "iifname \"ens6\" ip saddr 198.51.100.0/24 fib daddr . iif type local tcp dport 443"
                    + " counter dnat to 10.137.0.6"));
    assertTrue(
        entry
            .get(2)
            .contains(
                "insert rule ip PedOS custom-forward iifname \"ens6\" ip saddr 198.51.100.0/24"
                    + " ip daddr 10.137.0.6 tcp dport 443 ct state new counter accept"));
    assertTrue(Exposed.now(exposure, "sys-firewall").get(1).contains("dnat to 10.137.0.19"));
    assertEquals(1, Exposed.now(exposure, "work").size());
    assertTrue(Exposed.now(exposure, "work").get(0).contains(" custom-input "));
    assertEquals(
        List.of(
            "/rw/config/PedOS-firewall-user-script",
            "/rw/config/PedOS-firewall-user-script",
            "/rw/config/rc.local"),
        exposure.steps().stream().map(step -> step.keep().file()).toList());
  }

  @Test
  void whereIptablesAndNftBothDecideBothGetRules() {
    List<String> now =
        Exposed.now(Exposed.in("r41-default", "work tcp/443 " + LAN), "sys-firewall");
    assertEquals(3, now.size(), now.toString());
    assertTrue(
        now.get(0)
            .startsWith(
                "iptables -w -t nat -C PREROUTING -i eth0 -s 198.51.100.0/24 -d 10.137.0.6 "));
    assertTrue(now.get(1).contains("insert rule ip PedOS-firewall forward iifname \"eth0\""));
    assertTrue(
        now.get(2).startsWith("iptables -w -C FORWARD -i eth0 -s 198.51.100.0/24 -d 10.137.0.19 "));
  }

  @Test
  void theLastMachineBeforeTheVmTranslatesAnotherPort() {
    Exposure exposure = Exposed.in("r42-default", "work tcp/443 " + LAN, Optional.of(8443));
    assertEquals(Exposure.Verdict.CHECKED, exposure.verdict());
    assertTrue(
        Exposed.now(exposure, "sys-net").get(1).contains("dport 8443 counter dnat to 10.137.0.6 "));
    assertTrue(
        Exposed.now(exposure, "sys-firewall")
            .get(1)
            .contains("dport 8443 counter dnat to 10.137.0.19:443 "));
    assertTrue(Exposed.now(exposure, "work").get(0).contains("dport 443 "));
  }

  @Test
  void everyRecordedNetworkGetsRulesThatWorkOrATrueReason() {
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    for (Case each : all) {
      Exposure exposure = each.exposure();
      boolean missing =
          exposure.answer().open().causes().stream()
              .anyMatch(
                  cause ->
                      cause.kind() == CauseKind.NO_LISTENER
                          || cause.kind() == CauseKind.LISTENS_ELSEWHERE);
      boolean told = missing || ELSEWHERE.contains(each.fixture().name());
      checked += exposure.verdict() == Exposure.Verdict.CHECKED ? 1 : 0;
      boolean fine =
          exposure.verdict() == Exposure.Verdict.CHECKED
              || exposure.verdict() == Exposure.Verdict.IMPOSSIBLE && told;
      if (!fine) {
        wrong.add(each.fixture() + " " + exposure.verdict() + " " + exposure.checks());
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(checked >= 50, "only " + checked + " of " + all.size());
  }

  @Test
  void rulesNameWhoMayAndByWhichInterface() {
    for (Case each : all) {
      for (MachineStep step : each.exposure().steps()) {
        for (String command : step.now()) {
          boolean rule = !command.startsWith("nft add ");
          assertTrue(!rule || command.contains(LAN), command);
          boolean answers = command.contains("--sport") || command.contains("sport ");
          assertTrue(!rule || answers || command.contains(step.stop().device()), command);
        }
      }
    }
  }

  @Test
  void aServiceThatIsMissingIsNamedAndTheRulesAreShownAllTheSame() {
    Exposure exposure = Exposed.in("port-forward-not-listening", "work tcp/443 " + LAN);
    assertEquals(Exposure.Verdict.IMPOSSIBLE, exposure.verdict());
    assertEquals(CauseKind.NO_LISTENER, exposure.answer().open().causes().get(0).kind());
    assertEquals(List.of(), exposure.answer().open().afterwards());
    assertEquals(3, exposure.steps().size());
  }

  @Test
  void whatIsInTheWayBesidesRulesIsMendedFirst() {
    Exposure exposure = Exposed.in("netvm-restarted-bare-vif", "work tcp/443 " + LAN);
    assertEquals(Exposure.Verdict.CHECKED, exposure.verdict());
    assertEquals("dom0", exposure.needed().get(0).machine());
    assertEquals("qvm-prefs sys-firewall netvm ''", exposure.needed().get(0).now().get(0));
  }

  @Test
  void answersThatAreDroppedGetARuleAsWell() {
    List<String> now =
        Exposed.now(Exposed.in("docker-beside-clients", "work tcp/443 " + LAN), "sys-firewall");
    assertTrue(
        now.get(now.size() - 1)
            .endsWith(
                "-I DOCKER-USER -s 10.137.0.19 -d 198.51.100.0/24 -p tcp --sport 443"
                    + " -m conntrack --ctstate ESTABLISHED -j ACCEPT"),
        now.toString());
  }

  @Test
  void withoutAPrefixItIsSaidThatEverybodyMay() {
    Exposure exposure = Exposed.in("r42-default", "work tcp/443");
    assertEquals(Exposure.Verdict.CHECKED, exposure.verdict());
    assertTrue(exposure.alsoAllowed().stream().anyMatch(a -> a.kind() == AlsoAllowed.Kind.ANYBODY));
    assertFalse(Exposed.now(exposure, "work").get(0).contains("saddr"));
  }

  /** Exposing what is exposed already changes nothing, so there is nothing to take back. */
  @ParameterizedTest
  @ValueSource(
      strings = {"r42-default", "r41-default", "r40-dom0-rules-iptables", "r32-dom0-rules"})
  void onceMoreChangesNothing(String name) {
    Path path = Fixtures.named(name).capture();
    Capture capture = CaptureLoader.load(path);
    Network exposed = applied(capture, Exposed.in(name, "work tcp/443 " + LAN));
    Capture after = new Capture(exposed, capture.report(), capture.texts());
    Exposure again = Exposed.of(after, path, "work tcp/443 " + LAN, Optional.empty());
    assertEquals(Exposure.Verdict.CHECKED, again.verdict());
    again.steps().forEach(step -> assertEquals(List.of(), step.undo(), name));
  }

  /** Whatever the prefix and port are, its addresses get in, and no others. */
  @ParameterizedTest
  @ValueSource(strings = {"r42-default", "r41-default"})
  void thePrefixAndNobodyElse(String name) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path path = Fixtures.named(name).capture();
    Capture capture = CaptureLoader.load(path);
    for (int round = 0; round < 6; round++) {
      Prefix any =
          new Prefix(
              IpAddress.ofIpv4(0x0b000000 + random.nextInt(1 << 24)), 8 + random.nextInt(25));
      Prefix from = new Prefix(any.first(), any.length());
      int port = 1 + random.nextInt(65535);
      String wish = "work tcp/443 " + from;
      Exposure exposure = Exposed.of(capture, path, wish, Optional.of(port));
      String seen = "seed " + seed + ": " + wish + " port " + port;
      assertEquals(Exposure.Verdict.CHECKED, exposure.verdict(), seen);
      Network after = applied(capture, exposure);
      Outsiders outsiders = new Outsiders(after, exposure.way(), from);
      for (int n = 0; n < 6; n++) {
        IpAddress sender = IpAddress.ofIpv4(0x0b000000 + random.nextInt(1 << 24));
        Outcome outcome = Checks.ask(after, outsiders, exposure.wish(), exposure.way(), sender);
        boolean connects = outcome.trace().result().orElseThrow().isSuccess();
        assertEquals(from.contains(sender), connects, seen + " from " + sender);
      }
    }
  }

  private static Network applied(Capture capture, Exposure exposure) {
    Network network = capture.network();
    for (MachineStep step : exposure.steps()) {
      List<Edit> edits =
          step.now().stream().map(command -> new Edit(command, Optional.empty(), false)).toList();
      network = Planner.changed(network, step.stop().machine(), edits);
    }
    return network;
  }

  /** All scripts of all recorded networks: what is run now, what is kept, what takes it back. */
  @Test
  void scriptsAreCleanForShellcheck(@TempDir Path folder) throws Exception {
    List<String> files = new ArrayList<>(List.of("shellcheck", "-s", "sh"));
    for (Case each : all) {
      for (MachineStep step : each.exposure().steps()) {
        String name = each.fixture() + "-" + step.stop().machine();
        files.add(written(folder.resolve(name + "-now"), "#!/bin/sh\n" + lines(step.now())));
        files.add(written(folder.resolve(name + "-undo"), "#!/bin/sh\n" + lines(step.undo())));
        files.add(written(folder.resolve(name + "-file"), step.keep().whole()));
      }
    }
    assertTrue(files.size() > 400, "only " + files.size());
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/shellcheck")), "no shellcheck");
    Process process = new ProcessBuilder(files).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals("", said);
  }

  private static String lines(List<String> commands) {
    return String.join("\n", commands) + "\n";
  }

  private static String written(Path file, String text) throws IOException {
    return Files.writeString(file, text).toString();
  }
}
