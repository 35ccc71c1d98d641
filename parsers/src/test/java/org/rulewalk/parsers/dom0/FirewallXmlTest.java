package org.rulewalk.parsers.dom0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** firewall.xml of both versions, and what must not be read. */
class FirewallXmlTest {
  private final Problems problems = new Problems();

  private Optional<VmRules> parse(String text) {
    return FirewallXml.parse(
        SourceText.decode("dom0/firewall/work.xml", text.getBytes(StandardCharsets.UTF_8)),
        problems);
  }

  private static List<String> words(VmRules rules) {
    return rules.rules().stream().map(FirewallRule::words).toList();
  }

  @Test
  void readsVersionTwo() {
    VmRules rules =
        parse(
                """
                <?xml version='1.0' encoding='UTF-8'?>
                <firewall version="2">
                  <rules>
                    <rule>
                      <properties>
                        <property name="action">accept</property>
                        <property name="proto">tcp</property>
                        <property name="dsthost">10.137.0.44/32</property>
                        <property name="dstports">443-445</property>
                        <property name="expire">1560000000</property>
                        <property name="comment">web &amp; more</property>
                      </properties>
                    </rule>
                    <rule><properties><property name="action">drop</property></properties></rule>
                  </rules>
                </firewall>
                """)
            .orElseThrow();
    FirewallRule first = rules.rules().get(0);
    assertEquals("web & more", first.value("comment").orElseThrow());
    assertEquals(1560000000L, first.expires().orElseThrow());
    assertEquals(4, first.source().line());
    assertEquals(5, first.source().column());
    assertEquals(
        "accept proto=tcp dsthost=10.137.0.44/32 dstports=443-445 expire=1560000000",
        first.source().text());
    assertEquals(14, rules.rules().get(1).source().line());
    assertEquals(1, rules.rules().get(1).number());
    assertTrue(rules.old().isEmpty());
    assertTrue(problems.list().isEmpty(), problems.list().toString());
  }

  /** The root of files before 2014-05-05 is misspelt; dom0 goes by attributes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "QubesFirwallRules",
        "QubesFirewallRules",
        "PedOSFirwallRules",
        "PedOSFirewallRules"
      })
  void readsVersionOneByItsAttributes(String root) {
    VmRules rules =
        parse(
                "<"
                    + root
                    + " policy=\"deny\" dns=\"allow\" icmp=\"deny\" yumProxy=\"allow\">\n"
                    + "  <rule address=\"10.137.0.44\" port=\"443\"/>\n"
                    + "  <rule address=\"192.0.2.0\" netmask=\"24\" proto=\"udp\" port=\"8000\""
                    + " toport=\"8010\" expire=\"1560000000\"/>\n"
                    + "  <rule address=\"host.example\" proto=\"any\" port=\"0\"/>\n"
                    + "</"
                    + root
                    + ">\n")
            .orElseThrow();
    assertEquals(
        List.of(
            "accept specialtarget=dns",
            "drop proto=icmp",
            "accept dsthost=10.137.0.44 proto=tcp dstports=443",
            "accept dsthost=192.0.2.0/24 proto=udp dstports=8000-8010 expire=1560000000",
            "accept dsthost=host.example"),
        words(rules));
    VmRules.Old old = rules.old().orElseThrow();
    assertFalse(old.allows());
    assertTrue(old.dns() && !old.icmp() && old.yumProxy());
    assertEquals(3, old.rules().size());
    assertEquals(3, old.rules().get(1).source().line());
  }

  /** Where dns and icmp are not said, release 3 denies them and release 4 follows the policy. */
  @Test
  void policyAllowTurnsListedRulesIntoRejects() {
    VmRules rules =
        parse(
                "<QubesFirewallRules policy='allow'><rule address='192.0.2.7' proto='any'/></QubesFirewallRules>")
            .orElseThrow();
    assertEquals(
        List.of(
            "accept specialtarget=dns", "accept proto=icmp", "drop dsthost=192.0.2.7", "accept"),
        words(rules));
    assertFalse(rules.old().orElseThrow().dns());
    assertFalse(rules.old().orElseThrow().icmp());
  }

  private Problem refused(String text) {
    assertTrue(
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> parse(text)).isEmpty(), text);
    assertEquals(1, problems.list().size(), problems.list().toString());
    Problem problem = problems.list().get(0);
    assertEquals(Problem.Severity.ERROR, problem.severity());
    return problem;
  }

  @Test
  void aBillionLaughsAreNotLaughed() {
    StringBuilder text = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE f [\n");
    text.append("<!ENTITY a0 \"ha\">\n");
    for (int i = 1; i < 12; i++) {
      text.append("<!ENTITY a" + i + " \"" + ("&a" + (i - 1) + ";").repeat(10) + "\">\n");
    }
    text.append("]>\n<firewall version=\"2\"><rules>&a11;</rules></firewall>\n");
    Problem problem = refused(text.toString());
    assertTrue(problem.message().contains("document type"), problem.message());
    assertEquals(2, problem.where().line());
    assertEquals(1, problem.where().column());
  }

  @Test
  void noFileOfThisComputerIsRead() {
    Problem problem =
        refused(
            "<!DOCTYPE firewall SYSTEM \"file:///etc/passwd\" [<!ENTITY x SYSTEM"
                + " \"file:///etc/hostname\">]><firewall version=\"2\"><rules>&x;</rules></firewall>");
    assertTrue(problem.message().contains("document type"), problem.message());
  }

  @Test
  void anEntityThatNobodyDeclaredIsNamedWithItsPlace() {
    Problem problem = refused("<firewall version=\"2\">\n<rules>\n &x; </rules></firewall>");
    assertEquals(3, problem.where().line());
  }

  @Test
  void nestingIsBounded() {
    Problem problem = refused("<a>".repeat(100_000));
    assertTrue(problem.message().contains("nested"), problem.message());
  }

  @Test
  void rulesAreBounded() {
    String rule = "<rule><properties><property name='action'>drop</property></properties></rule>";
    Problem problem =
        refused("<firewall version='2'><rules>" + rule.repeat(10_001) + "</rules></firewall>");
    assertTrue(problem.message().contains("rules"), problem.message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no xml",
        "<firewall version='2'><rules>",
        "<firewall version='3'/>",
        "<firewall version='2'/>",
        "<firewall policy='maybe'/>",
        "<firewall version='2'><rules/></firewall><more/>"
      })
  void whatDom0WouldNotReadIsAnErrorWithOneReason(String text) {
    refused(text);
  }

  /** dom0 can't read such a file at all, so no rule of it is taken for one that is in force. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<property name='action'>maybe</property>",
        "<property name='proto'>tcp</property>",
        "<property name='action'>drop</property><property name='dstports'>22</property>",
        "<property name='action'>drop</property><property name='proto'>tcp</property><property"
            + " name='dstports'>9-7</property>",
        "<property name='action'>drop</property><property name='icmptype'>8</property>",
        "<property name='action'>drop</property><property name='dsthost'>a b</property>",
        "<property name='action'>drop</property><property name='colour'>red</property>",
        "<property name='action'>drop</property><property name='specialtarget'>ntp</property>"
      })
  void aRuleThatDom0CannotReadSpoilsTheFile(String properties) {
    Problem problem =
        refused(
            "<firewall version='2'><rules><rule><properties>"
                + properties
                + "</properties></rule></rules></firewall>");
    assertEquals("dom0-firewall-rule", problem.id());
  }
}
