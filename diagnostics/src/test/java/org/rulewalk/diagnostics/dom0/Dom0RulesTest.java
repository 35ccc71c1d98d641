package org.rulewalk.diagnostics.dom0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.dom0.FirewallRule;

/** What the agent makes of dom0's rules, compared with what the kernel listed. */
class Dom0RulesTest {
  private static final String CLIENT = "10.137.0.20";

  @TempDir private Path folder;

  private static Standing of(String capture, String vm) {
    return of(Fixtures.named(capture).capture(), vm);
  }

  private static Standing of(Path capture, String vm) {
    return Dom0Rules.of(CaptureLoader.load(capture)).standings().stream()
        .filter(standing -> standing.vm().equals(vm))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "r32-dom0-rules, FORWARD_CHAIN, 9",
    "r40-dom0-rules-iptables, IPTABLES_CHAINS, 9",
    "r41-dom0-rules, BESIDE_IPTABLES, 8",
    "r42-dom0-rules, RESOLVER_SET, 8",
  })
  void rulesOfEachGenerationAreInForce(String capture, Generation generation, int rules) {
    for (String vm : new String[] {"work", "untrusted"}) {
      Standing standing = of(capture, vm);
      assertEquals(generation, standing.generation());
      assertEquals(Standing.State.IN_FORCE, standing.state(), capture + " " + vm);
      assertTrue(standing.otherResolvers().isEmpty());
    }
    assertEquals(rules, of(capture, "work").made().size());
  }

  @Test
  void eachRuleOfTheChainKnowsWhatItWasMadeFrom() {
    Standing standing = of("r42-dom0-rules", "work");
    Origin fifth = standing.made().get(5).origin();
    assertEquals("accept specialtarget=dns", fifth.words());
    assertEquals(4, fifth.rule().orElseThrow().number());
    assertEquals("dom0/qvm-firewall/work.txt", fifth.source().file());
    assertEquals(6, fifth.source().line());
    assertEquals(fifth, standing.made().get(6).origin(), "one rule for TCP, one for UDP");
    assertEquals(Origin.Part.END, standing.made().get(8).origin().part());
  }

  @Test
  void aHostsAddressesAreThoseOfTheChain() {
    Standing standing = of("r42-dom0-rules", "work");
    Expected named = standing.made().get(2);
    assertEquals("mirror.example.org", named.host().orElseThrow());
    assertEquals(List.of("203.0.113.20-203.0.113.21"), standing.resolved(named));
  }

  /** No file says when a capture was made; the chain says which rules were over. */
  @Test
  void whatIsOverIsNotCounted() {
    for (String capture : new String[] {"r41-dom0-rules", "r42-dom0-rules"}) {
      Standing standing = of(capture, "work");
      FirewallRule over = standing.expired().get(0);
      assertEquals("22", over.value("dstports").orElseThrow(), capture);
      assertEquals("dom0/firewall/work.xml", over.source().file());
      FirewallRule first = standing.counted().get(0);
      assertEquals("443", first.value("dstports").orElseThrow());
      assertEquals(0, standing.number(first).orElseThrow(), "as qvm-firewall counts");
    }
  }

  @Test
  void changedSinceIsStale() {
    Standing standing = of("r42-dom0-rules-stale", "work");
    assertEquals(Standing.State.STALE, standing.state());
    assertEquals(
        List.of("ip protocol tcp ip daddr 198.51.100.77/32 tcp dport 80 accept"),
        standing.lacking().stream().map(Expected::text).toList());
    assertEquals(2, standing.strange().get(0).number());
    assertEquals(Standing.State.IN_FORCE, of("r42-dom0-rules-stale", "untrusted").state());
  }

  @Test
  void aChainThatNoRuleLeadsToIsMissing() {
    assertEquals(Standing.State.MISSING, of("r42-dom0-rules-missing", "work").state());
    assertEquals(Standing.State.IN_FORCE, of("r42-dom0-rules-missing", "untrusted").state());
  }

  @Test
  void oneRejectInThePlaceOfAListIsNotTheListsEnd() {
    Standing standing = of("r42-dom0-rules-blocked", "work");
    assertEquals(Standing.State.BLOCKED, standing.state());
    assertTrue(standing.made().isEmpty());
  }

  private Path capture(String nft, String rules) throws IOException {
    write("vms/sys-firewall/nft-list-ruleset.txt", "table ip PedOS {\n}\n" + nft);
    write("vms/sys-firewall/resolv.conf", "nameserver 10.139.1.1\nnameserver 10.139.1.2\n");
    write(
        "dom0/qvm-ls.txt",
        "sys-firewall|Running|-|10.137.0.6|-|-\nwork|Running|sys-firewall|"
            + CLIENT
            + "|-|10.137.0.6\n");
    write("dom0/qvm-firewall/work.txt", rules);
    return folder;
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String chain(String... rules) {
    return "table ip PedOS-firewall {\n chain pbs-10-137-0-20 {\n"
        + String.join("\n", rules)
        + "\n }\n chain forward {\n  type filter hook forward priority filter; policy drop;\n"
        + "  ct state established,related accept\n  iifname != \"vif*\" accept\n  ip saddr "
        + CLIENT
        + " jump pbs-10-137-0-20\n }\n}\n";
  }

  private static final String REJECT = "reject with icmp admin-prohibited";

  /** Listings show what is the same in many ways. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action=accept specialtarget=dns"
            + "|ip daddr { 10.139.1.1-10.139.1.2 } tcp dport 53 accept"
            + "|ip daddr { 10.139.1.2, 10.139.1.1 } udp dport 53 accept",
        "action=accept specialtarget=dns"
            + "|ip daddr 10.139.1.1-10.139.1.2 tcp dport domain accept"
            + "|ip daddr { 10.139.1.1, 10.139.1.2 } udp dport 53 counter packets 7 bytes 300 accept",
        "action=accept proto=icmp icmptype=8|icmp type echo-request accept|",
        "action=accept proto=icmp|meta l4proto icmp accept|",
        "action=drop dst4=0.0.0.0/0 proto=tcp dstports=1-65535"
            + "|tcp dport 1-65535 reject with icmp admin-prohibited|",
        "action=accept dst4=198.51.100.64/26 proto=udp dstports=9-9"
            + "|ip daddr 198.51.100.64/26 udp dport 9 accept|",
      })
  void theSameInOtherWordsIsTheSame(String rule, String first, String second) throws IOException {
    String nft = second == null ? chain(first, REJECT) : chain(first, second, REJECT);
    assertEquals(Standing.State.IN_FORCE, of(capture(nft, rule + "\n"), "work").state());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action=accept proto=tcp dstports=443-443|tcp dport 444 accept",
        "action=accept proto=tcp dstports=443-443|udp dport 443 accept",
        "action=accept proto=tcp dstports=443-443|tcp dport 443 ip saddr 10.0.0.0/8 accept",
        "action=drop proto=tcp dstports=443-443|tcp dport 443 accept",
        "action=drop proto=tcp dstports=443-443|tcp dport 443 drop",
        "action=accept dst4=198.51.100.64/26|ip daddr 198.51.100.64/27 accept",
        "action=accept dst4=198.51.100.64/26|ip daddr != 198.51.100.64/26 accept",
      })
  void whatIsNotTheSameIsStale(String rule, String captured) throws IOException {
    assertEquals(
        Standing.State.STALE, of(capture(chain(captured, REJECT), rule + "\n"), "work").state());
  }

  /** Agents before 4.0.27 wrote a plain drop, beside the rules of iptables. */
  @Test
  void oldAgentsDropped() throws IOException {
    Path capture =
        capture(chain("tcp dport 22 drop", "drop"), "action=drop proto=tcp dstports=22-22\n");
    write("vms/sys-firewall/nft-list-ruleset.txt", chain("tcp dport 22 drop", "drop"));
    Standing standing = of(capture, "work");
    assertEquals(Generation.BESIDE_IPTABLES, standing.generation());
    assertEquals(Standing.State.IN_FORCE, standing.state());
  }

  @Test
  void otherResolversAreToldApartFromOtherRules() throws IOException {
    Standing standing =
        of(
            capture(
                chain(
                    "ip daddr 192.0.2.53 tcp dport 53 accept",
                    "ip daddr 192.0.2.53 udp dport 53 accept",
                    REJECT),
                "action=accept specialtarget=dns\n"),
            "work");
    assertEquals(Standing.State.IN_FORCE, standing.state());
    assertEquals(List.of(1, 2), standing.otherResolvers());
  }

  @Test
  void withoutTheAgentsTableNothingIsInForce() throws IOException {
    assertEquals(Standing.State.NOT_RUNNING, of(capture("", "action=drop\n"), "work").state());
  }

  @Test
  void rulesForTheOtherVersionMakeNone() throws IOException {
    assertEquals(
        Standing.State.IN_FORCE,
        of(
                capture(
                    chain("ip daddr 192.0.2.7 accept", REJECT),
                    "action=accept dst6=2001:db8::/32\naction=accept dst4=192.0.2.7/32\n"),
                "work")
            .state());
  }

  @Test
  void theTextThatReleaseThreeCountsHasEveryByte() {
    ScriptSize size = ScriptSize.of(of("r32-dom0-rules", "work")).orElseThrow();
    String script =
        """
        *filter
        -A FORWARD -s 10.137.0.19 -d 198.51.100.77 -p tcp --dport 443 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -d 198.51.100.0/24 -p udp --dport 40:70 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p udp -d 10.137.0.5 --dport 53 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p udp -d 10.137.0.254 --dport 53 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p tcp -d 10.137.0.5 --dport 53 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p tcp -d 10.137.0.254 --dport 53 -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p icmp -j ACCEPT
        -A FORWARD -s 10.137.0.19 -p tcp -d 10.137.255.254 --dport 8082 -j DROP
        -A FORWARD -s 10.137.0.19 -j REJECT --reject-with icmp-host-prohibited
        COMMIT
        """;
    assertEquals(script.length(), size.bytes());
    assertFalse(size.estimated());
    assertTrue(size.fits());
    assertEquals((3071 - script.length()) / 74, size.more());
    assertTrue(ScriptSize.of(of("r42-dom0-rules", "work")).isEmpty());
  }
}
