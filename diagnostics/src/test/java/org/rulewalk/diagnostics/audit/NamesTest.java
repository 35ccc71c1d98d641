package org.rulewalk.diagnostics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that nothing uses, and names of things that are not there. */
class NamesTest {
  @TempDir private Path folder;

  /** The expectation stands behind the line; a line without one has no finding. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        table inet fw {
          set used {
            type ipv4_addr
            elements = { 192.0.2.1 }
          }
          set forgotten { # expect: set-not-used
            type ipv4_addr
            elements = { 192.0.2.2 }
          }
          map ports { # expect: set-not-used
            type inet_service : verdict
            elements = { 22 : jump ssh }
          }
          counter hits { # expect: object-not-used
            packets 0 bytes 0
          }
          chain ssh {
            counter accept
          }
          chain left { # expect: chain-not-used
            drop
          }
          chain input {
            type filter hook input priority filter; policy accept;
            ip saddr @used accept
            ip saddr @missing accept # expect: missing-set
            tcp dport 80 jump web # expect: missing-chain
          }
        }
        """,
        """
        table inet fw {
          map by-port {
            type inet_service : verdict
            elements = { 22 : goto ssh }
          }
          set seen {
            type ipv4_addr
            flags dynamic,timeout
            timeout 1m
          }
          counter hits {
            packets 0 bytes 0
          }
          chain ssh {
            counter name "hits" accept
          }
          chain input {
            type filter hook input priority filter; policy accept;
            add @seen { ip saddr }
            tcp dport vmap @by-port
          }
        }
        """
      })
  void chainsSetsAndObjects(String ruleset) {
    Subject subject = new Captured(folder).with("gate/nft-list-ruleset.txt", ruleset).subject();
    Set<String> wanted = new TreeSet<>();
    List<String> lines = ruleset.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      int at = lines.get(i).indexOf("# expect: ");
      if (at >= 0) {
        wanted.add((i + 1) + " " + lines.get(i).substring(at + "# expect: ".length()));
      }
    }
    Set<String> found =
        Audit.of(subject).stream()
            .filter(f -> f.id().endsWith("-not-used") || f.id().startsWith("missing-"))
            .flatMap(
                f ->
                    Stream.concat(
                            Stream.of(f.source()),
                            f.id().endsWith("-not-used") ? f.because().stream() : Stream.of())
                        .map(source -> source.line() + " " + f.id()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(wanted, found);
  }

  @Test
  void manyOfATableAreToldOfOnce() {
    String[] lines = {
      "table inet old {",
      "chain a {",
      "accept",
      "}",
      "chain b {",
      "drop",
      "}",
      "chain c {",
      "drop",
      "}",
      "chain d {",
      "drop",
      "}",
      "chain e {",
      "drop",
      "}",
      "}"
    };
    Captured captured =
        new Captured(folder).with("gate/nft-list-ruleset.txt", String.join("\n", lines) + "\n");
    assertEquals(
        List.of(
            "No rule leads to chains a, b, c, d and 1 other of inet old: their 5 rules are never"
                + " asked. The table has no base chain, so the kernel asks nothing of it."),
        captured.findings("chain-not-used").stream().map(Finding::message).toList());
  }

  @Test
  void ipsets() {
    Captured captured =
        new Captured(folder)
            .with(
                "gate/iptables-save.txt",
                "*filter",
                ":INPUT ACCEPT [0:0]",
                "-A INPUT -m set --match-set both src -j DROP",
                "-A INPUT -m set --match-set gone src -j DROP",
                "COMMIT")
            .with(
                "gate/ipset-save.txt",
                "create a hash:ip family inet",
                "add a 192.0.2.1",
                "create both list:set",
                "add both a",
                "create idle hash:ip family inet",
                "add idle 192.0.2.9");
    assertTrue(
        captured.findings("ipset-not-used").get(0).message().contains("the ipset idle: its 1"),
        captured.findings("ipset-not-used").toString());
    assertEquals(1, captured.findings("ipset-not-used").size());
    assertEquals(4, captured.findings("missing-ipset").get(0).source().line());
  }

  @Test
  void withoutAListOfIpsetsNothingIsSaidOfThem() {
    Captured captured =
        new Captured(folder)
            .with(
                "gate/iptables-save.txt",
                "*filter",
                ":INPUT ACCEPT [0:0]",
                "-A INPUT -m set --match-set gone src -j DROP",
                "COMMIT");
    assertEquals(List.of(), captured.findings("missing-ipset"));
  }

  @Test
  void interfacesThatAreNotThere() {
    Captured captured =
        new Captured(folder)
            .machine("gate", List.of("ens5 192.0.2.1/24"), "192.0.2.0/24 dev ens5")
            .with(
                "gate/iptables-save.txt",
                "*filter",
                ":INPUT ACCEPT [0:0]",
                "-A INPUT -i eth0 -j DROP",
                "-A INPUT -i ens5 -j ACCEPT",
                "-A INPUT ! -i eth7 -j ACCEPT",
                "-A INPUT -i vif+ -j DROP",
                "COMMIT");
    List<Finding> found = captured.findings("rule-on-missing-interface");
    assertEquals(
        List.of("3 WARNING", "6 NOTE"),
        found.stream().map(f -> f.source().line() + " " + f.severity()).toList());
    assertTrue(found.get(0).message().contains("by eth0, and gate has no such"), found.toString());
  }

  @Test
  void anAddressThatChanged() {
    Captured captured =
        new Captured(folder)
            .machine(
                "gate",
                List.of("ens5 192.0.2.77/24", "lan0 10.0.0.1/24"),
                "192.0.2.0/24 dev ens5",
                "10.0.0.0/24 dev lan0")
            .with(
                "gate/iptables-save.txt",
                "*nat",
                ":PREROUTING ACCEPT [0:0]",
                "-A PREROUTING -i ens5 -d 192.0.2.10/32 -p tcp --dport 443 -j DNAT --to 10.0.0.5",
                "-A PREROUTING -i lan0 -d 192.0.2.10/32 -p tcp --dport 443 -j DNAT --to 10.0.0.5",
                "-A PREROUTING -i ens5 -d 192.0.2.77/32 -p tcp --dport 443 -j DNAT --to 10.0.0.5",
                "COMMIT",
                "*filter",
                ":INPUT DROP [0:0]",
                "-A INPUT -d 192.0.2.10/32 -j ACCEPT",
                "-A INPUT -d 224.0.0.1/32 -j ACCEPT",
                "-A INPUT -d 192.0.2.255/32 -j ACCEPT",
                "COMMIT");
    assertEquals(
        List.of(3),
        captured.findings("dnat-not-our-address").stream().map(f -> f.source().line()).toList());
    assertEquals(
        List.of(9),
        captured.findings("rule-on-missing-address").stream()
            .filter(f -> f.source().text().contains("192.0.2.10"))
            .map(f -> f.source().line())
            .toList());
  }
}
