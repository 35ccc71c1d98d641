package org.rulewalk.parsers.dom0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** {@code qvm-ls} and {@code qvm-prefs} in all forms, and {@code qubesdb-multiread}. */
class VmListTest {
  private final Problems problems = new Problems();

  private List<VmRow> list(String text) {
    return VmList.parse(SourceText.of("dom0/qvm-ls.txt", text), problems);
  }

  private static VmRow row(List<VmRow> rows, String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void readsCellsBelowTheirHeads() {
    List<VmRow> rows =
        list(
            """
            NAME      STATE    NETVM         IP           IPBACK  GATEWAY
            dom0      Running  -             -            -       -
            sys-net   Running  -             10.137.0.5   -       10.137.0.5
            work      Halted   sys-firewall  10.137.0.20  -       10.137.0.6
            """);
    assertEquals(3, rows.size());
    assertEquals(Map.of("name", "dom0", "state", "Running"), rows.get(0).values());
    assertEquals("10.137.0.6", row(rows, "work").value("gateway").orElseThrow());
    assertEquals(4, row(rows, "work").source().line());
    assertTrue(problems.list().isEmpty());
  }

  @Test
  void readsATree() {
    List<VmRow> rows =
        list(
            """
            please wait...
            NAME                STATE    NETVM
            sys-net             Running  -
              └─sys-firewall    Running  sys-net
                └─work          Halted   sys-firewall
            """);
    assertEquals("sys-firewall", row(rows, "work").value("netvm").orElseThrow());
    assertEquals("Halted", row(rows, "work").value("state").orElseThrow());
  }

  @Test
  void readsRawDataOfBothUsualForms() {
    assertEquals(
        "sys-firewall",
        row(list("work|Halted|sys-firewall|10.137.0.20|-|10.137.0.6\n"), "work")
            .value("netvm")
            .orElseThrow());
    assertEquals(
        "sys-net",
        row(list("work|Halted|AppVM|red|debian-12|sys-net\n"), "work")
            .value("netvm")
            .orElseThrow());
  }

  @Test
  void readsTheRuledTableOfReleaseThree() {
    List<VmRow> rows =
        list(
            """
            ------------+----+---------+-------+---------------+------------+------------+-------------+
                   name | on |   state |  type |         netvm |         ip |    ip back | gateway/DNS |
            ------------+----+---------+-------+---------------+------------+------------+-------------+
              {sys-net} |  * | Running |   Net |           n/a | 10.137.0.5 | 10.137.1.1 |         n/a |
                   work |  * | Running |       | *sys-firewall | 10.137.2.9 |        n/a |  10.137.2.1 |
                <dispvm>|    |  Halted |       |             - |       None |        n/a |         n/a |
            """);
    assertEquals("10.137.1.1", row(rows, "sys-net").value("ipback").orElseThrow());
    assertTrue(row(rows, "sys-net").value("netvm").isEmpty());
    assertEquals("sys-firewall", row(rows, "work").value("netvm").orElseThrow());
    assertEquals("10.137.2.1", row(rows, "work").value("gateway").orElseThrow());
    assertTrue(row(rows, "dispvm").value("ip").isEmpty());
    assertTrue(problems.list().isEmpty(), problems.list().toString());
  }

  @Test
  void whatIsNoRowIsReported() {
    assertTrue(list("Traceback (most recent call last):\n").isEmpty());
    assertEquals("qvm-ls-line", problems.list().get(0).id());
  }

  private VmPreferences preferences(String text) {
    return VmPreferences.parse(SourceText.of("dom0/qvm-prefs/work.txt", text), problems);
  }

  @Test
  void readsPropertiesOfReleaseFour() {
    VmPreferences read =
        preferences(
            """
            autostart          D  False
            default_dispvm     -  None
            ip                 D  10.137.0.20
            kernelopts         -
            netvm              -  sys-firewall
            stubdom_xid        U
            """);
    assertEquals(
        Map.of("autostart", "False", "ip", "10.137.0.20", "netvm", "sys-firewall"), read.values());
    assertTrue(problems.list().isEmpty(), problems.list().toString());
  }

  @Test
  void readsPropertiesOfReleaseThree() {
    VmPreferences read =
        preferences(
            """
            name               : work
            netvm              : sys-firewall
            mac                : 00:16:3E:5E:6C:05 (auto)
            """);
    assertEquals("00:16:3E:5E:6C:05", read.value("mac").orElseThrow());
    assertEquals("sys-firewall", read.value("netvm").orElseThrow());
  }

  @Test
  void readsWhatDom0SentToAProvider() {
    QubesDb read =
        QubesDb.parse(
            SourceText.of(
                "vms/sys-firewall/qubesdb.txt",
                """
                /qubes-firewall/10.137.0.20/0000 = action=accept proto=tcp dst4=10.137.0.44/32 dstports=443-443
                /qubes-firewall/10.137.0.20/0002 = action=accept specialtarget=dns
                /qubes-firewall/10.137.0.20/policy = drop
                /qubes-firewall/10.137.0.20 =
                /dns/10.137.0.20/host.example = {'192.0.2.7/32'}
                no entry
                """),
            problems);
    VmRules rules = read.rules("10.137.0.20").orElseThrow();
    assertEquals(List.of(0, 2), rules.rules().stream().map(FirewallRule::number).toList());
    assertEquals("443-443", rules.rules().get(0).value("dstports").orElseThrow());
    assertTrue(read.rules("10.137.0.2").isEmpty());
    assertEquals(
        "{'192.0.2.7/32'}", read.entry("/dns/10.137.0.20/host.example").orElseThrow().value());
    assertEquals(6, problems.list().get(0).where().line());
  }
}
