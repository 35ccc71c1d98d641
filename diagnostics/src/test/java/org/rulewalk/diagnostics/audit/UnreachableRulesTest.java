package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;

class UnreachableRulesTest {
  private static final Set<String> PROOFS =
      Set.of("unreachable-rule", "chain-not-reached", "contradicting-rules");

  /** The rules that no packet gets to, in a message. */
  private static final Pattern PLACE =
      Pattern.compile("rules? ([0-9, and]+) of chain (\\S+) in table (\\S+ [^\\s:,]+)");

  @TempDir private Path folder;

  private static List<Finding> in(Path capture) throws IOException {
    return new UnreachableRules().of(new Subject(CaptureLoader.load(capture), Evidence.NONE));
  }

  /** What is said of packets that don't get to rules. */
  private List<Finding> nft(String... rules) throws IOException {
    return allOf("accept", rules).stream()
        .filter(f -> !f.id().equals("redundant-rule") && !f.id().equals("partly-shadowed-rule"))
        .toList();
  }

  private List<Finding> allOf(String policy, String... rules) throws IOException {
    Path file = folder.resolve("nft-list-ruleset.txt");
    Files.writeString(
        file,
        "table inet t {\n set known {\n  type ipv4_addr\n  elements = { 192.0.2.1 }\n }\n chain marks {\n  meta mark set 0x1\n }\n chain plain {\n  counter\n }\n"
            + " chain c {\n  type filter hook forward priority filter; policy "
            + policy
            + ";\n  "
            + String.join("\n  ", rules)
            + "\n }\n}\n");
    return in(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drop | tcp dport 80 accept",
        "tcp dport 80 drop | tcp dport 80 accept",
        "tcp dport 80 drop | tcp dport 80 ip saddr 192.0.2.1 accept",
        "tcp dport { 80, 443 } drop | tcp dport 443 accept",
        "tcp dport 1-1023 reject | tcp dport { 80, 443 } accept",
        "tcp dport != 22 drop | tcp dport 80 accept",
        "meta l4proto tcp drop | tcp dport 80 accept",
        "meta nfproto ipv4 drop | ip saddr 192.0.2.1 accept",
        "ip saddr 192.0.2.0/24 drop | ip saddr 192.0.2.64/27 accept",
        "ip saddr 192.0.2.0/24 drop | ip saddr 192.0.2.7 accept",
        "iifname \"vif*\" drop | iifname \"vif7.0\" accept",
        "ct state established,related accept | ct state established drop",
        "ct state new return | ct state new tcp dport 80 accept",
        "tcp dport 80 goto plain | tcp dport 80 accept",
        "counter log drop | accept",
        "meta l4proto tcp reject with tcp reset | tcp dport 80 accept",
        "tcp dport vmap { 80 : drop } | tcp dport 80 accept",
      })
  void aRuleBehindAWiderOneIsFound(String first, String second) throws IOException {
    List<Finding> found = nft(first, second);
    assertEquals(1, found.size(), found.toString());
    assertTrue(found.get(0).message().contains("rule 2 of chain c"), found.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp dport 80 drop | tcp dport 443 accept",
        "tcp dport 80 drop | udp dport 80 accept",
        "tcp dport 80 drop | accept",
        "tcp dport 80 drop | tcp sport 80 accept",
        "tcp dport 80 counter | tcp dport 80 accept",
        "tcp dport 80 jump plain | tcp dport 80 accept",
        "tcp dport 80 limit rate 3/second drop | tcp dport 80 accept",
        "numgen random mod 2 0 drop | numgen random mod 2 0 accept",
        "meta l4proto udp drop | tcp dport 80 accept",
        "tcp dport { 80, 443 } drop | tcp dport 80-81 accept",
        "tcp dport != 22 drop | tcp dport 22 accept",
        "ip saddr 192.0.2.0/25 drop | ip saddr 192.0.2.0/24 accept",
        "ip saddr 192.0.2.0/24 drop | ip6 saddr 2001:db8::1 accept",
        "iifname \"vif7.0\" drop | iifname \"vif*\" accept",
        "iifname \"vif*\" drop | oifname \"vif7.0\" accept",
        "ct state established accept | ct state established,related drop",
        "reject with tcp reset | udp dport 80 accept",
        "reject with icmp type port-unreachable | ip6 saddr 2001:db8::1 accept",
        "tcp dport vmap { 80 : drop } | tcp dport 81 accept",
        "ip saddr @known drop | ip saddr 192.0.2.1 accept",
        "tcp dport 80 meta mark set 0x1 meta mark & 0x2 == 0 drop | tcp dport 81 accept",
      })
  void aRuleThatPacketsMayGetToIsNotAccused(String first, String second) throws IOException {
    assertEquals(List.of(), nft(first, second));
  }

  @Test
  void whatChangesThePacketInBetweenCounts() throws IOException {
    String marked = "meta mark 0x1 drop";
    assertEquals(1, nft(marked, "counter", "meta mark 0x1 accept").size());
    assertEquals(1, nft(marked, "jump plain", "meta mark 0x1 accept").size());
    assertEquals(List.of(), nft(marked, "meta mark set 0x1", "meta mark 0x1 accept"));
    assertEquals(List.of(), nft(marked, "jump marks", "meta mark 0x1 accept"));
    assertEquals(List.of(), nft(marked, "meta mark set 0x1 meta mark 0x1 accept"));
    // nothing passes a rule without tests, whatever changes
    assertEquals(1, nft("drop", "meta mark set 0x1 meta mark 0x1 accept").size());
  }

  @Test
  void severalRulesTogetherHideOne() throws IOException {
    List<Finding> found =
        nft("tcp dport 1-100 drop", "counter", "tcp dport 50-200 drop", "tcp dport 20-150 accept");
    assertEquals(1, found.size(), found.toString());
    assertEquals(
        "No packet gets to rule 4 of chain c in table inet t:"
            + " rule 1 and rule 3 together take every packet that it is for.",
        found.get(0).message());
    assertEquals(2, found.get(0).because().size());
  }

  @Test
  void aJumpCountsWithWhatTheOtherChainDoes() throws IOException {
    List<Finding> found =
        nft("tcp dport 80 jump closed", "tcp dport 80 accept", "}", "chain closed {", "drop");
    assertEquals(1, found.size(), found.toString());
    assertTrue(found.get(0).message().contains("rule 1 of chain closed takes"), found.toString());
  }

  @Test
  void testsThatExcludeEachOtherAreFound() throws IOException {
    List<Finding> found = nft("tcp dport 80 meta mark set 0x1 meta mark 0x2 drop", "accept");
    assertEquals(
        "No packet can match rule 1 of chain c in table inet t: its tests exclude each other.",
        found.get(0).message());
    assertEquals(1, found.size());
  }

  @Test
  void twoThatDoTheSameAreANote() throws IOException {
    List<Finding> found = nft("tcp dport { 80, 443 } accept", "tcp dport 80 accept");
    assertEquals(Finding.Severity.NOTE, found.get(0).severity());
    assertTrue(found.get(0).repair().isEmpty());
  }

  private static Finding only(List<Finding> found, String id) {
    List<Finding> those = found.stream().filter(f -> f.id().equals(id)).toList();
    assertEquals(1, those.size(), found.toString());
    return those.get(0);
  }

  private static boolean has(List<Finding> found, String id) {
    return found.stream().anyMatch(f -> f.id().equals(id));
  }

  @Test
  void theOppositeOfTheSamePacketsIsAContradiction() throws IOException {
    Finding finding =
        only(allOf("drop", "tcp dport 80 accept", "tcp dport 80 drop"), "contradicting-rules");
    assertEquals(Finding.Severity.WARNING, finding.severity());
    assertFalse(has(allOf("drop", "tcp dport 80 drop", "tcp dport 80 drop"), finding.id()));
    assertFalse(has(allOf("drop", "meta l4proto tcp accept", "tcp dport 80 drop"), finding.id()));
  }

  @Test
  void acceptingAllBeforeADropIsFound() throws IOException {
    String id = "accept-all-before-drop";
    List<Finding> behind = allOf("accept", "counter accept", "tcp dport 80 drop");
    only(behind, id);
    assertFalse(has(behind, "unreachable-rule"), "each thing once: " + behind);
    only(allOf("drop", "tcp dport 80 drop", "accept"), id);
    assertFalse(has(allOf("accept", "tcp dport 80 drop", "accept"), id));
    assertFalse(has(allOf("drop", "iifname \"lo\" accept", "tcp dport 80 drop"), id));
  }

  @Test
  void aChainBehindADeadJumpIsToldOfOnce() throws IOException {
    List<Finding> found =
        allOf(
            "drop",
            "meta l4proto tcp drop",
            "tcp dport 80 jump web",
            "}",
            "chain web {",
            "ip saddr 192.0.2.1 accept",
            "drop");
    Finding finding = only(found, "chain-not-reached");
    assertTrue(finding.message().contains("chain web (2 rules)"), finding.message());
    assertFalse(has(found, "unreachable-rule"), found.toString());
  }

  @Test
  void whatLosesLessIsNotedOnceForAChain() throws IOException {
    List<Finding> found =
        allOf(
            "drop",
            "tcp dport 1-900 drop",
            "tcp dport 22-1010 ip saddr 192.0.2.1 accept",
            "tcp dport 23-1020 ip saddr 192.0.2.2 accept");
    Finding finding = only(found, "partly-shadowed-rule");
    assertEquals(Finding.Severity.NOTE, finding.severity());
    assertTrue(finding.message().contains("rules 2 and 3 of chain c"), finding.message());
  }

  /** Of each: packets that are drawn would miss some. */
  @Test
  void aFewLostPacketsAreEnough() throws IOException {
    for (int i = 0; i < 20; i++) {
      String own = "tcp dport 1-500 ip saddr 192.0.2." + i + " accept";
      List<Finding> found = allOf("drop", "tcp dport 439-1000 drop", own);
      assertTrue(only(found, "partly-shadowed-rule").message().contains(" 12 % "), own);
    }
  }

  /** A line that is broken in thousands of places is a doubt, and takes no time. */
  @Test
  void aBrokenLineDoesNotKeepTheOthersFromBeingCompared() throws IOException {
    Path file = folder.resolve("iptables-save.txt");
    Files.writeString(
        file,
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD"
            + " -A".repeat(20_000)
            + " -j ACCEPT\n-A FORWARD -p tcp -j DROP\n-A FORWARD -p tcp -j DROP\nCOMMIT\n");
    List<Finding> found = in(file);
    assertFalse(has(found, "rules-not-compared"), found.toString());
    assertTrue(
        only(found, "unreachable-rule").message().startsWith("No packet gets to rule 3 of chain"));
  }

  @Test
  void whoseAddressesAreMostlyTakenIsWarnedOf() throws IOException {
    List<Finding> found =
        allOf("drop", "tcp dport 1-1000 drop", "tcp dport 22-1050 ip saddr 192.0.2.1 accept");
    Finding finding = only(found, "partly-shadowed-rule");
    assertEquals(Finding.Severity.WARNING, finding.severity());
    assertTrue(finding.message().contains(" 95 % "), finding.message());
    assertEquals(6, finding.example().orElseThrow().packet().protocol());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ct state established accept | tcp dport 80 drop",
        "iifname \"lo\" accept | tcp dport 80 drop",
        "ip saddr != 192.0.2.1 tcp dport 22 drop | tcp dport 22 accept",
        "tcp dport 1-1000 accept | tcp dport 22-1100 accept",
        "tcp dport 1-100 drop | tcp dport 22-11000 accept",
        "tcp dport 1-1000 accept; tcp dport 1-1010 drop | tcp dport 22-1100 ip saddr 192.0.2.1 accept",
      })
  void whatPeopleMeanToDoIsNoShadow(String first, String second) throws IOException {
    assertFalse(has(allOf("drop", first.replace("; ", "\n"), second), "partly-shadowed-rule"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp dport 80 accept | meta l4proto tcp accept | drop",
        "tcp dport 80 drop | udp dport 53 accept | drop",
        "tcp dport 80 accept | tcp dport { 80, 443 } counter accept | drop",
      })
  void aRuleThatLaterOnesMakeNeedlessIsNoted(String first, String second, String policy)
      throws IOException {
    Finding finding = only(allOf(policy, first, second), "redundant-rule");
    assertEquals(Finding.Severity.NOTE, finding.severity());
    assertTrue(finding.message().contains("rule 1 of chain c"), finding.message());
  }

  @Test
  void aRuleThatSaysThePolicyIsNotedAlone() throws IOException {
    Finding finding =
        only(allOf("drop", "tcp dport 80 accept", "meta l4proto tcp drop"), "redundant-rule");
    assertTrue(finding.message().startsWith("Without rule 2 of chain c"), finding.message());
    assertTrue(finding.message().endsWith(" by the policy."), finding.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp dport 80 accept | meta l4proto tcp drop | accept",
        "tcp dport 80 drop | meta l4proto tcp accept | drop",
        "tcp dport 80 log accept | meta l4proto tcp accept | drop",
        "tcp dport 80 accept | meta l4proto tcp limit rate 3/second accept | drop",
        "tcp dport 80 accept | log | accept",
        "tcp dport 80 accept | tcp dport 80 jump marks | accept",
        "tcp dport 80 reject | udp dport 53 accept | drop",
      })
  void aRuleThatIsNeededIsNot(String first, String second, String policy) throws IOException {
    assertFalse(has(allOf(policy, first, second), "redundant-rule"));
  }

  @Test
  void aRepairIsTried() throws IOException {
    Path file = folder.resolve("iptables-save.txt");
    Files.writeString(
        file,
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -j DROP\n"
            + "-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n");
    assertEquals(
        List.of(
            "iptables -D FORWARD 2", "iptables -I FORWARD 1 -p tcp -m tcp --dport 80 -j ACCEPT"),
        only(in(file), "unreachable-rule").repair().orElseThrow().now());
  }

  static Stream<Fixture> captures() {
    return Fixtures.captures().stream();
  }

  /** No rule that the kernel asked and found to match is ever said to get no packets. */
  @ParameterizedTest
  @MethodSource("captures")
  void theKernelNeverMatchesOne(Fixture fixture) throws IOException {
    Set<String> matched = new HashSet<>();
    for (String id : fixture.answers().ids()) {
      JsonNode machines = fixture.answers().expected(id).path("machines");
      machines
          .fieldNames()
          .forEachRemaining(
              name ->
                  machines
                      .path(name)
                      .path("journeys")
                      .forEach(
                          journey ->
                              journey
                                  .path("steps")
                                  .forEach(
                                      step ->
                                          matched.add(
                                              name
                                                  + ": rule "
                                                  + step.path("rule").asText()
                                                  + " of chain "
                                                  + step.path("chain").asText()
                                                  + " in table "
                                                  + step.path("table").asText()
                                                  + ":"))));
    }
    for (Finding finding : in(fixture.capture())) {
      Matcher place = PLACE.matcher(finding.message());
      if (!PROOFS.contains(finding.id()) || !place.find()) {
        continue;
      }
      for (String number : place.group(1).split("\\D+")) {
        String rule =
            finding.machine()
                + ": rule "
                + number
                + " of chain "
                + place.group(2)
                + " in table "
                + place.group(3)
                + ":";
        assertFalse(matched.contains(rule), rule);
      }
    }
  }
}
