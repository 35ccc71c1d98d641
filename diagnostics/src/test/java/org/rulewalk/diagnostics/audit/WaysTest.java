package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where packets and their answers go: what audit finds by sending them through the simulator. */
class WaysTest {
  @TempDir private Path folder;
  private Captured captured;

  @BeforeEach
  void newCapture() {
    captured = new Captured(folder);
  }

  /** gate joins a LAN with the world; a server and a second router stand in the LAN. */
  private Captured lan(String serversGateway) {
    return captured
        .machine(
            "gate",
            List.of("wan0 198.51.100.2/24", "lan0 192.168.7.1/24"),
            "default via 198.51.100.1 dev wan0",
            "198.51.100.0/24 dev wan0",
            "192.168.7.0/24 dev lan0")
        .machine(
            "server",
            List.of("eth0 192.168.7.20/24"),
            "default via " + serversGateway + " dev eth0",
            "192.168.7.0/24 dev eth0")
        .machine(
            "other",
            List.of("eth0 192.168.7.3/24", "wan1 203.0.113.2/24"),
            "default via 203.0.113.1 dev wan1",
            "203.0.113.0/24 dev wan1",
            "192.168.7.0/24 dev eth0")
        .with(
            "/capture.json",
            "{\"format\":\"rulewalk-capture/1\",\"links\":[",
            "{\"ends\":[\"gate:lan0\",\"server:eth0\",\"other:eth0\"]},",
            "{\"ends\":[\"gate:wan0\",\"world:eth0\"]}],",
            "\"external\":{\"world\":{\"addresses\":[\"198.51.100.1/24\"],\"answersPing\":true}}}");
  }

  private static String[] nat(String... rules) {
    return ("*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
            + String.join("\n", rules)
            + "\nCOMMIT")
        .split("\n");
  }

  @ParameterizedTest
  @CsvSource({"192.168.7.1, 0", "192.168.7.3, 1"})
  void answersOfAForwardedPortMustComeBackByTheMachineThatTranslates(
      String serversGateway, int findings) {
    lan(serversGateway)
        .with(
            "gate/iptables-save.txt",
            nat("-A PREROUTING -i wan0 -p tcp --dport 443 -j DNAT --to-destination 192.168.7.20"));
    List<Finding> found = captured.findings("dnat-answers-elsewhere");
    assertEquals(findings, found.size(), found.toString());
    if (findings > 0) {
      assertTrue(found.get(0).message().contains("answers by other, not by gate"), found + "");
    }
  }

  @Test
  void translatingTheSourceTooBringsTheAnswersBack() {
    lan("192.168.7.3")
        .with(
            "gate/iptables-save.txt",
            nat(
                "-A PREROUTING -i wan0 -p tcp --dport 443 -j DNAT --to-destination 192.168.7.20",
                "-A POSTROUTING -o lan0 -j MASQUERADE"));
    assertEquals(List.of(), captured.findings("dnat-answers-elsewhere"));
  }

  @ParameterizedTest
  @CsvSource({"wan0, 0", "eth0, 1"})
  void masqueradeForTheWrongInterfaceIsNone(String device, int findings) {
    lan("192.168.7.1")
        .with("gate/iptables-save.txt", nat("-A POSTROUTING -o " + device + " -j MASQUERADE"));
    List<Finding> found = captured.findings("no-source-nat");
    assertEquals(findings, found.size(), found.toString());
    if (findings > 0) {
      assertEquals(
          List.of("iptables -t nat -A POSTROUTING -o wan0 -j MASQUERADE"),
          found.get(0).repair().orElseThrow().now());
    }
  }

  /** front translates what its clients send, so back sees only front. */
  @ParameterizedTest
  @CsvSource({"-o up0 -j MASQUERADE, 1", "-o down0 -j MASQUERADE, 0"})
  void aRuleForAClientBehindAMasqueradeNeverSeesIt(String rule, int findings) {
    captured
        .machine(
            "work",
            List.of("eth0 10.137.0.19/24"),
            "default via 10.137.0.1 dev eth0",
            "10.137.0.0/24 dev eth0")
        .machine(
            "front",
            List.of("down0 10.137.0.1/24", "up0 10.138.0.2/24"),
            "default via 10.138.0.1 dev up0",
            "10.137.0.0/24 dev down0",
            "10.138.0.0/24 dev up0")
        .machine(
            "back",
            List.of("down0 10.138.0.1/24", "wan0 198.51.100.2/24"),
            "default via 198.51.100.1 dev wan0",
            "10.138.0.0/24 dev down0",
            "10.137.0.0/24 via 10.138.0.2 dev down0",
            "198.51.100.0/24 dev wan0")
        .with(
            "/capture.json",
            "{\"format\":\"rulewalk-capture/1\",\"links\":[{\"ends\":[\"work:eth0\",\"front:down0\"]},",
            "{\"ends\":[\"front:up0\",\"back:down0\"]}]}")
        .with("front/iptables-save.txt", nat("-A POSTROUTING " + rule))
        .with(
            "back/iptables-save.txt",
            "*filter",
            ":FORWARD ACCEPT [0:0]",
            "-A FORWARD -s 10.137.0.19/32 -p tcp --dport 25 -j DROP",
            "COMMIT");
    List<Finding> found = captured.findings("rule-never-sees-client");
    assertEquals(findings, found.size(), found.toString());
    if (findings > 0) {
      assertEquals("back", found.get(0).machine());
      assertTrue(found.get(0).message().contains("come to back as 10.138.0.2"), found.toString());
      assertEquals(List.of(4), found.get(0).because().stream().map(s -> s.line()).toList());
    }
  }

  @Test
  void portsOfABridgeAreNotSeenByRulesOfIp() {
    captured
        .machine("gate", List.of("br0 192.168.7.1/24"), "192.168.7.0/24 dev br0")
        .with(
            "gate/ip-link.txt",
            "2: br0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP",
            "    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff",
            "    bridge forward_delay 1500",
            "3: eth1: <BROADCAST,UP,LOWER_UP> mtu 1500 master br0 state UP",
            "    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff",
            "    bridge_slave state forwarding")
        .with(
            "gate/iptables-save.txt",
            "*filter",
            ":FORWARD ACCEPT [0:0]",
            "-A FORWARD -i eth1 -j DROP",
            "-A FORWARD -i br0 -j ACCEPT",
            "COMMIT");
    List<Finding> found = captured.findings("rule-on-bridge-port");
    assertEquals(List.of(3), found.stream().map(f -> f.source().line()).toList());
    assertTrue(found.get(0).message().contains("eth1 is a port of the bridge br0"));
  }

  private Captured clients(String... forward) {
    return captured
        .machine(
            "fw",
            List.of("eth0 10.137.0.6/32", "vif7.0 10.137.0.6/32", "vif9.0 10.137.0.6/32"),
            "default via 10.137.0.5 dev eth0 onlink",
            "10.137.0.19 dev vif7.0",
            "10.137.0.23 dev vif9.0")
        .with(
            "fw/iptables-save.txt",
            ("*filter\n:FORWARD DROP [0:0]\n" + String.join("\n", forward) + "\nCOMMIT")
                .split("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-A FORWARD -i vif+ -j ACCEPT", "-A FORWARD -s 10.137.0.0/16 -j ACCEPT"})
  void clientsThatReachEachOtherWithoutAnyRuleForIt(String rule) {
    List<Finding> found = clients(rule).findings("inter-vm-leak");
    assertEquals(1, found.size(), found.toString());
    assertEquals(3, found.get(0).source().line());
    assertEquals(1, found.get(0).repair().orElseThrow().now().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-A FORWARD -i vif+ ! -o vif+ -j ACCEPT",
        "-A FORWARD -s 10.137.0.19/32 -d 10.137.0.23/32 -j ACCEPT",
        "-A FORWARD -i vif7.0 -o vif9.0 -j ACCEPT"
      })
  void whatARuleAsksForIsNoLeak(String rule) {
    assertEquals(List.of(), clients(rule).findings("inter-vm-leak"));
  }

  @Test
  void aDropPolicyThatAcceptsNoAnswersIsShownAndMendedInABareDumpToo() {
    captured.with(
        "gate/iptables-save.txt",
        "*filter",
        ":INPUT DROP [0:0]",
        ":FORWARD DROP [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "-A FORWARD -i eth1 -o eth0 -j ACCEPT",
        "COMMIT");
    List<Finding> found = captured.findings("answers-dropped");
    assertEquals(List.of(2, 3), found.stream().map(f -> f.source().line()).toList());
    for (Finding finding : found) {
      assertTrue(finding.message().contains("does not tell its interfaces"), finding.toString());
      assertTrue(
          finding
              .repair()
              .orElseThrow()
              .now()
              .get(0)
              .endsWith("-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"));
    }
  }

  @Test
  void rulesThatAcceptAnswersByTheirPortsAreEnough() {
    captured.with(
        "gate/iptables-save.txt",
        "*filter",
        ":INPUT DROP [0:0]",
        ":FORWARD DROP [0:0]",
        ":OUTPUT DROP [0:0]",
        "-A INPUT -p tcp --sport 443 -j ACCEPT",
        "-A OUTPUT -p tcp --dport 443 -j ACCEPT",
        "COMMIT");
    assertEquals(List.of(), captured.findings("answers-dropped"));
  }

  @Test
  void aServiceThatOnlyIptablesOfIpv4Closes() {
    captured
        .machine(
            "desk",
            List.of("eth0 192.168.7.5/24 2001:db8:7::5/64"),
            "192.168.7.0/24 dev eth0",
            "default via 192.168.7.1 dev eth0")
        .with("desk/ip6-route.txt", "2001:db8:7::/64 dev eth0 metric 256")
        .with(
            "desk/ss.txt",
            "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process",
            "tcp   LISTEN 0      128    *:22              *:*",
            "tcp   LISTEN 0      128    0.0.0.0:80        0.0.0.0:*")
        .with(
            "desk/iptables-save.txt",
            "*filter",
            ":INPUT DROP [0:0]",
            "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
            "COMMIT")
        .with("desk/ip6tables-save.txt", "*filter", ":INPUT ACCEPT [0:0]", "COMMIT");
    List<Finding> found = captured.findings("ipv6-open");
    assertEquals(1, found.size(), found.toString());
    assertEquals(Finding.Severity.ERROR, found.get(0).severity());
    assertTrue(found.get(0).message().startsWith("desk takes tcp/22 by eth0 in IPv6"));
  }

  /** work's firewall VM is fw by dom0's list, but its packets go by sys-net. */
  @Test
  void packetsThatPassTheFirewallVmBy() {
    clients("-A FORWARD -i vif+ ! -o vif+ -j ACCEPT")
        .machine(
            "work",
            List.of("eth0 10.137.0.19/32", "eth1 10.137.9.19/24"),
            "default via 10.137.9.1 dev eth1",
            "10.137.0.6 dev eth0",
            "10.137.9.0/24 dev eth1")
        .machine(
            "sys-net",
            List.of("ens5 198.51.100.2/24", "vif5.0 10.137.0.5/32", "lan9 10.137.9.1/24"),
            "default via 198.51.100.1 dev ens5",
            "10.137.0.6 dev vif5.0",
            "10.137.9.0/24 dev lan9",
            "198.51.100.0/24 dev ens5")
        .with(
            "fw/nft-list-ruleset.txt",
            "table ip PedOS-firewall {",
            "  chain forward {",
            "    type filter hook forward priority filter; policy accept;",
            "  }",
            "}")
        .with(
            "/capture.json",
            "{\"format\":\"rulewalk-capture/1\",\"links\":[{\"ends\":[\"fw:vif7.0\",\"work:eth0\"]},",
            "{\"ends\":[\"sys-net:vif5.0\",\"fw:eth0\"]},{\"ends\":[\"sys-net:lan9\",\"work:eth1\"]},",
            "{\"ends\":[\"sys-net:ens5\",\"world:eth0\"]}],",
            "\"external\":{\"world\":{\"addresses\":[\"198.51.100.1/24\"],\"answersPing\":true}}}");
    List<Finding> found = captured.findings("bypasses-firewall");
    assertEquals(1, found.size(), () -> Audit.of(captured.subject()).toString());
    assertTrue(found.get(0).message().contains("goes work → sys-net → outside"), found.toString());
  }
}
