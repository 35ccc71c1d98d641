package org.rulewalk.parsers.dom0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** {@code qvm-firewall} as table, as older table, and raw. */
class FirewallListingTest {
  private final Problems problems = new Problems();

  private List<FirewallRule> parse(String text) {
    return FirewallListing.parse(SourceText.of("dom0/qvm-firewall/work.txt", text), problems);
  }

  private Optional<VmRules> read(String text) {
    return FirewallListing.read(SourceText.of("dom0/qvm-firewall/work.txt", text), problems);
  }

  @Test
  void readsColumnsByTheirHeads() {
    List<FirewallRule> rules =
        parse(
            """
            NO  ACTION  HOST             PROTOCOL  PORT(S)  SPECIAL TARGET  ICMP TYPE  EXPIRE  COMMENT
            0   accept  10.137.0.44/32   tcp       443      -               -          -       web only
            1   accept  -                -         -        dns             -          -       -
            2   accept  -                icmp      -        -               8          +299s   -
            3   drop    -                -         -        -               -          -       -
            """);
    assertEquals(
        Map.of(
            "action", "accept",
            "dsthost", "10.137.0.44/32",
            "proto", "tcp",
            "dstports", "443",
            "comment", "web only"),
        rules.get(0).values());
    assertEquals(Map.of("action", "accept", "specialtarget", "dns"), rules.get(1).values());
    assertEquals("+299s", rules.get(2).value("expire").orElseThrow());
    assertFalse(rules.get(3).accepts());
    assertEquals(5, rules.get(3).source().line());
    assertTrue(problems.list().isEmpty());
  }

  @Test
  void olderTablesHaveNoExpiry() {
    List<FirewallRule> rules =
        parse(
            """
            NO  ACTION  HOST  PROTOCOL  PORT(S)  SPECIAL TARGET  ICMP TYPE  COMMENT
            0   accept  -     -         -        -               -          all of it
            """);
    assertEquals("all of it", rules.get(0).value("comment").orElseThrow());
  }

  @Test
  void readsRawRules() {
    List<FirewallRule> rules =
        parse("action=accept proto=tcp dst4=10.137.0.44/32 dstports=443-443 comment=a b=c\n");
    assertEquals("443-443", rules.get(0).value("dstports").orElseThrow());
    assertEquals("a b=c", rules.get(0).value("comment").orElseThrow());
  }

  @Test
  void whatIsNoRuleIsReportedWithItsPlace() {
    assertTrue(parse("\nqvm-firewall: error: no such domain: 'wrk'\n").isEmpty());
    assertEquals(2, problems.list().get(0).where().line());
  }

  @Test
  void aListWithoutRulesIsNotTheSameAsNoList() {
    assertTrue(read("").isEmpty());
    assertTrue(
        read("NO  ACTION  HOST  PROTOCOL  PORT(S)  SPECIAL TARGET  ICMP TYPE  EXPIRE  COMMENT\n")
            .isPresent());
  }

  /** Release 3 gives listed rules one fate and all else the other; release 4 asks DNS first. */
  @Test
  void readsTheListingOfReleaseThree() {
    VmRules rules =
        read("""
            Firewall policy: DENY all traffic except
            ICMP: ALLOW
            DNS: ALLOW
            Qubes yum proxy: DENY
            -----+----------------+-------+---------+
             num |    address     | proto | port(s) |
            -----+----------------+-------+---------+
              1  | 10.137.0.44    | tcp   | https   |
              2  | 192.0.2.0/24   | any   |         | <-- expires at 2019-06-08 15:20:00
            """)
            .orElseThrow();
    VmRules.Old old = rules.old().orElseThrow();
    assertFalse(old.allows());
    assertTrue(old.dns() && old.icmp() && !old.yumProxy());
    assertEquals(1, old.rules().get(0).number());
    assertEquals("https", old.rules().get(0).value("dstports").orElseThrow());
    assertEquals("192.0.2.0/24", old.rules().get(1).host().orElseThrow());
    assertTrue(old.rules().get(1).value("expire").isPresent());
    assertEquals(9, old.rules().get(1).source().line());
    assertEquals("accept specialtarget=dns", rules.rules().get(0).words());
    assertEquals("accept proto=icmp", rules.rules().get(1).words());
    assertEquals(4, rules.rules().size());
    assertTrue(problems.list().isEmpty(), problems.list().toString());
  }

  @Test
  void aVmThatReleaseThreeHasNoFileOf() {
    VmRules rules =
        read("""
            INFO: This VM has no firewall rules set, below defaults are listed
            Firewall policy: ALLOW all traffic except
            ICMP: ALLOW
            DNS: ALLOW
            Qubes yum proxy: DENY
            ------+----------+--------+----------+
              num |  address |  proto |  port(s) |
            ------+----------+--------+----------+
            """)
            .orElseThrow();
    assertTrue(rules.old().orElseThrow().allows());
    assertTrue(problems.list().isEmpty(), problems.list().toString());
  }
}
