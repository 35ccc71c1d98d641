package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures that PedOS users really had, each on a network that a real kernel was recorded in: the
 * question they asked, and the answer that ends the search. Beside each the network that works, and
 * the capture that lacks what decides.
 */
class PedosCasesTest {
  private static final String WEB = "work 198.51.100.77 tcp/443";
  private static final String BETWEEN = "work untrusted tcp/443";
  private static final String FORWARDED = "outside 198.51.100.10 tcp/443";
  private static final String NAMES = "work 10.139.1.1 udp/53";
  private static final String USER_SCRIPT = "/rw/config/PedOS-firewall-user-script";

  @TempDir private Path folder;

  private Asked without(String missing, String capture, String question) {
    return Asked.without(folder, capture, missing, question);
  }

  // The rule between two VMs is in place, and still dropped: the user script has no first line.

  @ParameterizedTest
  @ValueSource(strings = {"r42-service-failed", "r42-service-restarting"})
  void aScriptWithoutFirstLineKillsTheService(String capture) {
    for (String question : List.of(BETWEEN, WEB)) {
      Asked.of(capture, question)
          .isBlockedBy("firewall-service-failed sys-firewall")
          .because("An accept elsewhere can't change that")
          .because("Exec format error")
          .fix(
              1,
              "sys-firewall",
              "sed -i '1i #!/bin/sh' " + USER_SCRIPT,
              "systemctl restart PedOS-firewall.service")
          .keptIn(1, USER_SCRIPT)
          .fixes(1);
    }
    Asked.of("r42-between-vms", BETWEEN).isReachable();
  }

  @Test
  void withoutItsJournalTheServiceIsNotSaidToHaveFailed() {
    without("vms/sys-firewall/journal.txt", "r42-service-failed", BETWEEN)
        .isUndecidedWithout("vms/sys-firewall/journal.txt");
  }

  // Commands of R4.1 do nothing in R4.2.

  @Test
  void anOldRuleOfIptablesIsTranslated() {
    Asked asked =
        Asked.of("r42-old-script", BETWEEN)
            .isBlockedBy("rule sys-firewall")
            .about("accepted-before")
            .because("accepted by iptables' filter FORWARD rule 2")
            .because("then dropped by PedOS's own table \"ip PedOS\"")
            .fix(
                1,
                "sys-firewall",
                "nft add rule ip PedOS custom-forward ip saddr 10.137.0.19 ip daddr 10.137.0.23"
                    + " counter accept")
            .keptIn(1, USER_SCRIPT)
            .fixes(1)
            .warns("No priority and no place in iptables helps");
    // the rest of the old script is offered too
    asked.warns("ip saddr 10.137.0.23 ip daddr 10.137.0.19 tcp dport 22 counter accept");
    assertEquals(2, asked.about().path("translations").size());
    Asked.of("r42-between-vms", BETWEEN).isReachable();
  }

  @Test
  void eachVmHasItsOwnOldRule() {
    Asked.of("r42-between-vms-old-iptables", BETWEEN)
        .isBlockedBy("rule sys-firewall", "policy untrusted")
        .fix(
            2,
            "untrusted",
            "nft add rule ip PedOS custom-input ip saddr 10.137.0.19 counter accept")
        .keptIn(2, "/rw/config/rc.local")
        .fixes(2);
  }

  @Test
  void withoutTheNftablesListingIptablesAloneDecidesNothing() {
    without("vms/sys-firewall/nft-list-ruleset.txt", "r42-old-script", BETWEEN)
        .isUndecidedWithout("vms/sys-firewall/nft-list-ruleset.txt");
  }

  // The rule is in place, but the first VM may only reach what its list names.

  @Test
  void aListOfItsOwnAndTheOtherVmsInputAreTwoBlockers() {
    Asked.of("r42-limited-between-vms", BETWEEN)
        .isBlockedBy("rule sys-firewall", "policy untrusted")
        .fix(
            1,
            "dom0",
            // behind the three that the list has, before the drop that it does not show
            "qvm-firewall work add --before 3 accept dst4=10.137.0.23 proto=tcp dstports=443")
        .keptIn(1, "")
        .keptIn(2, "/rw/config/rc.local")
        .fixes(2);
    Asked.of("r42-limited-between-vms", "work untrusted ping").isBlockedBy("policy untrusted");
    Asked.of("r42-limited-between-vms-allowed", BETWEEN).isReachable();
  }

  @Test
  void withoutSocketsNobodyKnowsWhetherSomethingListens() {
    without("vms/untrusted/ss.txt", "r42-limited-between-vms-allowed", BETWEEN)
        .isUndecidedWithout("vms/untrusted/ss.txt");
  }

  @Test
  void withoutRulesOfTheProviderNothingIsDecided() {
    without("vms/sys-firewall/nft-list-ruleset.txt", "r42-limited-between-vms", BETWEEN)
        .isUndecidedWithout("vms/sys-firewall/nft-list-ruleset.txt");
  }

  // A port that is forwarded from outside: six steps, of which some are missing.

  @Test
  void theMissingStepsOfAForwardedPortAreWritten() {
    Asked.of("r42-port-forward", FORWARDED).isReachable();
    Asked.of("r42-port-forward-no-firewall-filter", FORWARDED)
        .isBlockedBy("rule sys-firewall")
        .fix(
            1,
            "sys-firewall",
            "nft add rule ip PedOS custom-forward iifname eth0 ip daddr 10.137.0.19 tcp dport 443 ct"
                + " state new counter accept")
        .keptIn(1, USER_SCRIPT)
        .fixes(1);
    Asked dnat = Asked.of("r42-port-forward-no-firewall-dnat", FORWARDED);
    assertEquals("sys-firewall", dnat.json().path("causes").path(0).path("machine").asText());
    assertTrue(dnat.screen().contains("dnat to 10.137.0.19"), dnat.screen());
    dnat.fixes(1).keptIn(1, USER_SCRIPT);
    Asked net = Asked.of("r42-port-forward-no-sys-net", FORWARDED).fixes(2);
    net.keptIn(1, USER_SCRIPT).keptIn(2, USER_SCRIPT);
    for (JsonNode fix : net.json().path("fixes")) {
      assertEquals("sys-net", fix.path("machine").asText());
    }
  }

  @Test
  void aForwardedPortCantBeJudgedWithoutTheRulesOnTheWay() {
    without("vms/sys-net/nft-list-ruleset.txt", "r42-port-forward-no-firewall-filter", FORWARDED)
        .isUndecidedWithout("vms/sys-net/nft-list-ruleset.txt");
  }

  // A VM sends from an address that is not its own.

  @ParameterizedTest
  @CsvSource({"r42-changed-address,nft-list-ruleset.txt", "r41-changed-address,iptables-save.txt"})
  void aChangedAddressIsMendedInTheVm(String capture, String file) {
    Asked asked =
        Asked.of(capture, WEB)
            .isBlockedBy("rule sys-firewall")
            .about("spoofed")
            .because(
                "source 10.137.0.29 is not the address that PedOS gave to vif7.0 (10.137.0.19)")
            .because("vms/sys-firewall/" + file)
            .fix(
                1,
                "work",
                "ip addr add 10.137.0.19/32 dev eth0",
                "ip addr del 10.137.0.29/32 dev eth0")
            .fixes(1)
            .warns("Do not edit the set")
            .warns("Nothing to persist")
            .warns("qvm-prefs work ip 10.137.0.29");
    asked.neverSays("antispoof handle").neverSays("add element");
    Asked.of(capture, "untrusted 198.51.100.77 tcp/443").isReachable();
  }

  @Test
  void containersNeedMasquerading() {
    Asked.of("r42-container", "container 198.51.100.77 tcp/443")
        .isBlockedBy("rule sys-firewall")
        .because("source 172.17.0.2 is not the address that PedOS gave to vif7.0 (10.137.0.19)")
        .because("work passes it on for something behind it without masquerading")
        .fix(1, "work", "nft insert rule ip PedOS postrouting oifname eth0 masquerade")
        .keptIn(1, "/rw/config/rc.local")
        .fixes(1)
        .warns("Do not edit the set");
    Asked.of("r42-container-masqueraded", "container 198.51.100.77 tcp/443").isReachable();
  }

  @Test
  void nobodyOutsideMayUseAClientsAddress() {
    Asked asked =
        Asked.of("r42-changed-address", "sys-net:10.137.0.19 10.137.0.6 tcp/443")
            .about("impersonated")
            .because("the address of work behind vif7.0")
            .warns("do not allow it");
    assertEquals(0, asked.json().path("fixes").size());
  }

  @Test
  void withoutRulesOfTheProviderASenderCantBeJudged() {
    without("vms/sys-firewall/nft-list-ruleset.txt", "r42-changed-address", WEB)
        .isUndecidedWithout("vms/sys-firewall/nft-list-ruleset.txt");
  }

  // Everything is dead since sys-net was started again.

  @ParameterizedTest
  @CsvSource({
    "bare-vif, no-route not-allowed",
    "no-route, no-route",
    "old-vif, allowed-at-old-vif two-routes",
    "uplink-down, uplink-down no-default-route",
    "no-default-route, no-default-route",
    "r41-bare-vif, no-route allowed-at-old-vif"
  })
  void aStaleNetvmIsNamedAndJoinedAnew(String capture, String signs) {
    for (String question : List.of(WEB, "sys-firewall 198.51.100.77 tcp/443")) {
      Asked asked =
          Asked.of("netvm-restarted-" + capture, question)
              .isBlockedBy(
                  "stale-netvm " + (signs.contains("default") ? "sys-firewall" : "sys-net"))
              .about("stale-netvm")
              .fix(
                  1,
                  "dom0",
                  "qvm-prefs sys-firewall netvm ''",
                  "qvm-prefs sys-firewall netvm sys-net")
              .keptIn(1, "")
              .fixes(1)
              .warns("Nothing to persist")
              .warns("Only sys-firewall needs it");
      List<String> found = new java.util.ArrayList<>();
      asked.about().path("signs").forEach(sign -> found.add(sign.path("id").asText()));
      assertEquals(Stream.of(signs.split(" ")).sorted().toList(), found.stream().sorted().toList());
      asked.neverSays("nft insert");
    }
  }

  @Test
  void aHealthyConnectionIsNotStale() {
    Asked.of("netvm-restarted-healthy", WEB).isReachable();
  }

  @Test
  void aVifThatIsGoneAndADomainWithAnotherNumberAreSigns() throws IOException {
    Path capture = Asked.copy(folder, "netvm-restarted-healthy");
    Path net = capture.resolve("vms/sys-net");
    for (String file : List.of("ip-addr.txt", "ip-link.txt", "ip-route.txt")) {
      edit(net.resolve(file), lines -> withoutDevice(lines, "vif5.0"));
    }
    edit(
        capture.resolve("capture.json"),
        text -> text.replace("\"sys-net:vif5.0\"", "\"sys-net:vif9.9\""));
    Asked.at(capture, WEB)
        .isBlockedBy("stale-netvm sys-firewall")
        .because("sys-net has no vif for it")
        .fix(1, "dom0", "qvm-prefs sys-firewall netvm ''", "qvm-prefs sys-firewall netvm sys-net");

    Path other = Asked.copy(Files.createDirectory(folder.resolve("2")), "netvm-restarted-no-route");
    edit(
        other.resolve("dom0/qvm-prefs/sys-firewall.txt"),
        text -> text.replace("xid    D  5", "xid    D  12"));
    Asked.at(other, WEB).because("dom0 knows its domain as number 12, but the interface is vif5.0");
  }

  private static String withoutDevice(String text, String device) {
    StringBuilder kept = new StringBuilder();
    boolean skipping = false;
    for (String line : text.split("\n")) {
      boolean head = !line.startsWith(" ");
      skipping = head ? line.contains(device) : skipping;
      if (!skipping) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  private static void edit(Path file, java.util.function.UnaryOperator<String> change)
      throws IOException {
    Files.writeString(file, change.apply(Files.readString(file)));
  }

  @ParameterizedTest
  @CsvSource({
    "netvm-restarted-no-route,vms/sys-net/ip-route.txt",
    "netvm-restarted-no-default-route,vms/sys-firewall/ip-route.txt",
    "netvm-restarted-healthy,vms/sys-net/ip-route.txt",
    "netvm-restarted-bare-vif,vms/sys-net/nft-list-ruleset.txt"
  })
  void withoutRoutesOrRulesAStaleNetvmIsNotGuessed(String capture, String missing) {
    without(missing, capture, WEB).isUndecidedWithout(missing);
  }

  // A VM that does not run.

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHaltedVmIsToBeStarted(boolean captured) throws IOException {
    Path capture = Asked.copy(folder, "r42-between-vms");
    edit(
        capture.resolve("dom0/qvm-ls.txt"),
        text -> text.replace("untrusted     Running", "untrusted     Halted "));
    if (!captured) {
      try (Stream<Path> files = Files.walk(capture.resolve("vms/untrusted"))) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Asked asked =
        Asked.at(capture, BETWEEN)
            .isBlockedBy("not-running sys-firewall")
            .because("untrusted is not running: dom0 lists it as Halted")
            .fix(1, "dom0", "qvm-start untrusted")
            .warns("Nothing to persist");
    // whether that is enough, rules that were not captured decide
    assertEquals(captured, asked.json().path("fixesChecked").asBoolean());
    Asked.at(capture, "untrusted work tcp/443")
        .because("untrusted is not running: dom0 lists it as Halted");
  }

  @Test
  void aVmThatDoesNotRunIsNoCauseWhereARuleDropsThePacket() throws IOException {
    Path capture = Asked.copy(folder, "r42-old-script");
    edit(
        capture.resolve("dom0/qvm-ls.txt"),
        text -> text.replace("sys-net       Running", "sys-net       Crashed"));
    Asked.at(capture, BETWEEN).isBlockedBy("rule sys-firewall").about("accepted-before");
    Asked.at(capture, WEB)
        .isBlockedBy("not-running sys-firewall")
        .because("sys-net is not running: dom0 lists it as Crashed")
        .fix(1, "dom0", "qvm-start sys-net");
  }

  @Test
  void aVmThatIsMeantToHaveNoDefaultRouteIsNotStale() throws IOException {
    Path capture = Asked.copy(folder, "netvm-restarted-no-default-route");
    Files.writeString(capture.resolve("vms/sys-firewall/services.txt"), "disable-default-route\n");
    Asked.at(capture, WEB).because("sys-firewall has no route to 198.51.100.77");
  }

  // Names are not resolved, pings work.

  @ParameterizedTest
  @ValueSource(strings = {"r42-dns-lost", "r41-dns-lost"})
  void aMissingTranslationIsWrittenAnew(String capture) {
    Asked.of(capture, NAMES)
        .isBlockedBy("no-nat sys-net")
        .about("names-not-translated")
        .because("sys-net does not translate questions to the virtual resolver 10.139.1.1")
        .because("leaves by ens6")
        .fix(1, "sys-net", "/usr/lib/PedOS/PedOS-setup-dnat-to-ns")
        .keptIn(1, "")
        .fixes(1)
        .warns("Find out why it did not")
        .warns("network-manager");
    Asked.of(capture, "work 198.51.100.77 ping").isReachable();
    Asked.of("r42-dns", NAMES).isReachable();
  }

  @Test
  void anOldTranslationIsToldFromAMissingOne() {
    Asked.of("r42-dns-old-resolver", NAMES)
        .isBlockedBy("unknown-destination sys-net")
        .about("old-resolver")
        .because("translates questions to 192.0.2.53, a resolver that it no longer uses")
        .because("its own is 198.51.100.77")
        .fix(1, "sys-net", "/usr/lib/PedOS/PedOS-setup-dnat-to-ns")
        .fixes(1);
  }

  @Test
  void aProviderWithoutResolverDropsQuestionsItself() {
    Asked.of("r42-dns-no-resolver", NAMES)
        .isBlockedBy("rule sys-net")
        .about("no-resolver")
        .because("That is not a missing translation: there was nothing to translate to")
        .fix(1, "sys-net", "/usr/lib/PedOS/PedOS-setup-dnat-to-ns")
        .warns("First give sys-net a network with an IPv4 resolver");
  }

  @Test
  void withoutRulesOfTheLastProviderTranslationsAreNotKnown() {
    without("vms/sys-net/nft-list-ruleset.txt", "r42-dns-lost", NAMES)
        .isUndecidedWithout("vms/sys-net/nft-list-ruleset.txt");
  }

  @Test
  void withoutItsResolverFileTheScriptIsOfferedUnchecked() {
    Asked asked = without("vms/sys-net/resolv.conf", "r42-dns-lost", NAMES);
    asked.fix(1, "sys-net", "/usr/lib/PedOS/PedOS-setup-dnat-to-ns");
    assertFalse(asked.json().path("fixesChecked").asBoolean());
  }

  // A VM with a list loses its names behind a VM that resolves with a local stub.

  @Test
  void aResolverThatTheListLacksIsPutIntoResolvConf() {
    Asked.of("r42-dns-stub-in-list", NAMES)
        .isBlockedBy("rule sys-firewall")
        .about("resolver-not-listed")
        .because("questions are translated to 10.139.1.1")
        .because("allow questions only to 127.0.0.53")
        .because("stub of systemd-resolved")
        .fix(
            1,
            "sys-firewall",
            "rm -f /etc/resolv.conf && printf 'nameserver %s\\n' 10.139.1.1 10.139.1.2 >"
                + " /etc/resolv.conf",
            "systemctl reload PedOS-firewall")
        .keptIn(1, USER_SCRIPT)
        .fixes(1)
        .warns("A reload alone does not help")
        .warns("Do not allow the resolver by qvm-firewall");
    Asked.of("r42-dns-in-list", NAMES).isReachable();
  }

  @Test
  void withoutRulesOfTheFirewallTheListIsNotKnown() {
    without("vms/sys-firewall/nft-list-ruleset.txt", "r42-dns-stub-in-list", NAMES)
        .isUndecidedWithout("vms/sys-firewall/nft-list-ruleset.txt");
  }

  // One dead host name blocks the whole VM.

  @Test
  void aDeadHostNameDiscardsAllRules() {
    Asked asked =
        Asked.of("r42-dead-hostname", WEB)
            .isBlockedBy("rule sys-firewall")
            .about("rules-discarded")
            .because("The name \"updates.example.org\" of work's firewall rules")
            .because("all of them were discarded")
            .because("rule 0 in dom0")
            .fix(
                1,
                "dom0",
                "qvm-firewall work del --rule-no 0",
                "qvm-firewall work add --before 0 accept dst4=198.51.100.77 proto=tcp dstports=443")
            .keptIn(1, "")
            .fixes(1)
            .warns("qvm-firewall work --reload once names are resolved again");
    assertEquals("updates.example.org", asked.about().path("host").asText());
    // what the other rules allow comes back by itself
    Asked.of("r42-dead-hostname", "work 198.51.100.77 ping")
        .fix(1, "dom0", "qvm-firewall work del --rule-no 0");
    Asked.of("r42-resolved-hostname", WEB).isReachable();
  }

  @Test
  void withoutTheJournalOneRejectIsNotCalledADenial() {
    without("vms/sys-firewall/journal.txt", "r42-dead-hostname", WEB)
        .isUndecidedWithout("vms/sys-firewall/journal.txt");
  }

  @Test
  void aJournalThatSaysNothingOfItLeavesTheReject() {
    Asked asked = Asked.of("r42-empty-list", WEB).isBlockedBy("rule sys-firewall");
    assertTrue(asked.about().isMissingNode(), asked.screen());
    asked.neverSays("could not");
  }

  // Captures of Qubes OS are answered in its own names.

  @Test
  void aCaptureOfQubesIsToldInItsOwnNames() throws IOException {
    String question = NAMES;
    Asked asked = Asked.at(qubes("r42-dns-lost"), question).isBlockedBy("no-nat sys-net");
    asked.fix(1, "sys-net", "/usr/lib/qubes/qubes-setup-dnat-to-ns");
    isInQubesNames(asked);
  }

  @ParameterizedTest
  @CsvSource({
    "r42-service-failed,work untrusted tcp/443",
    "r42-old-script,work untrusted tcp/443",
    "r41-changed-address,work 198.51.100.77 tcp/443",
    "r42-dns-stub-in-list,work 10.139.1.1 udp/53",
    "r42-dead-hostname,work 198.51.100.77 tcp/443",
    "netvm-restarted-bare-vif,work 198.51.100.77 tcp/443",
    "r41-per-vm-rules,work 198.51.100.77 tcp/80"
  })
  void theAnswersAreTheSameButForTheNames(String capture, String question) throws IOException {
    Asked pedOs = Asked.of(capture, question);
    Asked qubes = Asked.at(qubes(capture), question);
    isInQubesNames(qubes);
    assertEquals(kinds(pedOs.json()), kinds(qubes.json()));
    for (String member : List.of("machine", "now", "persist")) {
      assertEquals(
          respelled(pedOs.json().path("fixes").findValues(member).toString()),
          qubes.json().path("fixes").findValues(member).toString());
    }
  }

  private static List<String> kinds(JsonNode json) {
    return json.path("causes").findValuesAsText("kind");
  }

  private static void isInQubesNames(Asked asked) {
    for (String text : List.of(asked.screen(), asked.json().toString())) {
      assertFalse(text.contains("PedOS"), text);
      assertFalse(text.contains("pbs-"), text);
      assertFalse(text.contains("PEDOS"), text);
    }
  }

  private static String respelled(String text) {
    return text.replace("PedOS", "qubes").replace("pbs-", "qbs-").replace("PEDOS", "QBS");
  }

  /** The capture with every name of PedOS in the other spelling, in files and of files. */
  private Path qubes(String capture) throws IOException {
    Path copy = Asked.copy(folder, capture);
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path named = file.resolveSibling(respelled(file.getFileName().toString()));
        String text = respelled(Files.readString(file));
        Files.delete(file);
        Files.writeString(named, text);
      }
    }
    return copy;
  }
}
