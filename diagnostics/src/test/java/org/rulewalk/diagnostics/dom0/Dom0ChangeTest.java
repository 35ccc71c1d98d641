package org.rulewalk.diagnostics.dom0;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.value.IpAddress;

/** The smallest change of a list that treats one packet otherwise. */
class Dom0ChangeTest {
  private static final String REJECT = " reject with icmp admin-prohibited\n";
  private static final String LIST =
      """
      action=drop dst4=198.51.100.7/32 proto=tcp dstports=443-443
      action=drop dst4=192.0.2.0/24 proto=tcp dstports=1-1000
      action=accept dst4=203.0.113.9/32 proto=tcp dstports=22-22
      action=accept dst4=203.0.113.0/24 proto=tcp dstports=80-81
      """;
  private static final String CHAIN =
      "ip daddr 198.51.100.7 tcp dport 443"
          + REJECT
          + "ip daddr 192.0.2.0/24 tcp dport 1-1000"
          + REJECT
          + "ip daddr 203.0.113.9 tcp dport 22 accept\n"
          + "ip daddr 203.0.113.0/24 tcp dport 80-81 accept\n";

  @TempDir private Path folder;

  private Standing standing(String rules, String chain) throws IOException {
    write("dom0/qvm-ls.txt", "work|Running|sys-firewall|10.137.0.20|-|10.137.0.6\n");
    write("dom0/qvm-firewall/work.txt", rules);
    write(
        "vms/sys-firewall/nft-list-ruleset.txt",
        "table ip qubes {\n}\ntable ip qubes-firewall {\n chain qbs-10-137-0-20 {\n"
            + chain
            + REJECT
            + " }\n chain qubes-forward {\n ip saddr 10.137.0.20 jump qbs-10-137-0-20\n }\n}\n");
    return Dom0Rules.of(CaptureLoader.load(folder)).standings().get(0);
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Packet to(String address, int port) {
    return Packets.tcp(
        IpAddress.of("10.137.0.20"),
        IpAddress.of(address),
        new Packets.Tcp(40001, port, 1, 0, TcpFlags.SYN, 64240),
        new byte[0],
        new byte[0],
        Packets.IpOptions.DEFAULT);
  }

  private static Behind behind(Standing standing, Packet packet) {
    Expected decider = standing.decider(Shape.Flow.of(packet)).orElseThrow();
    return new Behind(standing, Optional.of(decider.origin()));
  }

  private static String allowing(Standing standing, Packet packet) {
    return Dom0Change.allowing(behind(standing, packet), packet).orElseThrow();
  }

  private static String forbidding(Standing standing, Packet packet) {
    return Dom0Change.forbidding(behind(standing, packet), packet).orElseThrow();
  }

  /** Deleting is enough only where all that the rule rejects is this, and what follows accepts. */
  @Test
  void aRuleAboutNothingElseIsDeleted() throws IOException {
    Standing open = standing(LIST + "action=accept\n", CHAIN + "accept\n");
    assertEquals("qvm-firewall work del --rule-no 0", allowing(open, to("198.51.100.7", 443)));
    assertEquals(
        "qvm-firewall work add --before 1 accept dst4=192.0.2.8 proto=tcp dstports=443",
        allowing(open, to("192.0.2.8", 443)));
  }

  @Test
  void whereTheListEndsInARejectDeletingIsNotEnough() throws IOException {
    Standing limited = standing(LIST, CHAIN);
    assertEquals(
        "qvm-firewall work add --before 0 accept dst4=198.51.100.7 proto=tcp dstports=443",
        allowing(limited, to("198.51.100.7", 443)));
    assertEquals(
        "qvm-firewall work add --before 4 accept dst4=198.51.100.8 proto=tcp dstports=443",
        allowing(limited, to("198.51.100.8", 443)));
  }

  @Test
  void whatIsForbiddenIsNoMoreThanTheService() throws IOException {
    Standing limited = standing(LIST, CHAIN);
    assertEquals("qvm-firewall work del --rule-no 2", forbidding(limited, to("203.0.113.9", 22)));
    assertEquals(
        "qvm-firewall work add --before 3 drop dst4=203.0.113.9 proto=tcp dstports=80",
        forbidding(limited, to("203.0.113.9", 80)));
  }

  /** Rules of dom0 know TCP, UDP and ICMP: for anything else there is no command. */
  @Test
  void otherProtocolsHaveNoRule() throws IOException {
    Packet tunnel =
        Packets.ip(
            IpAddress.of("10.137.0.20"),
            IpAddress.of("192.0.2.8"),
            47,
            new byte[4],
            Packets.IpOptions.DEFAULT);
    Standing limited = standing(LIST, CHAIN);
    assertEquals(Optional.empty(), Dom0Change.allowing(behind(limited, tunnel), tunnel));
  }

  /**
   * The chain's one reject may be that of rule 2 or the list's end: the new rule goes before both.
   */
  @Test
  void whereTheChainIsAnotherOneDom0sRulesSayWhere() throws IOException {
    Standing stale =
        standing(
            "action=accept specialtarget=dns\naction=accept proto=icmp\naction=drop\n",
            "meta l4proto icmp accept\n");
    assertEquals(Standing.State.STALE, stale.state());
    assertEquals(
        "qvm-firewall work add --before 2 accept dst4=198.51.100.8 proto=tcp dstports=443",
        allowing(stale, to("198.51.100.8", 443)));
  }

  /** Nobody knows whether a name that was not resolved decides: first of all is always right. */
  @Test
  void aNameThatNobodyResolvedLeavesTheFirstPlace() throws IOException {
    Standing stale =
        standing(
            "action=drop dsthost=www.example.org\naction=drop\n", "meta l4proto icmp accept\n");
    Packet packet = to("198.51.100.8", 443);
    assertEquals(Optional.empty(), stale.decider(Shape.Flow.of(packet)));
    assertEquals(
        "qvm-firewall work add --before 0 accept dst4=198.51.100.8 proto=tcp dstports=443",
        Dom0Change.allowing(new Behind(stale, Optional.empty()), packet).orElseThrow());
  }
}
