package org.rulewalk.parsers.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

class HostListingsTest {
  private final Problems problems = new Problems();

  private static SourceText text(String content) {
    return SourceText.of("listing.txt", content);
  }

  @Test
  void settingsInThreeForms() {
    Settings read =
        SysctlListing.parse(
            text(
                """
                net.ipv4.ip_forward = 1
                net.ipv4.conf.vif2/0.rp_filter: 2
                /proc/sys/net/ipv4/conf/eth0.5/proxy_arp:1
                sysctl: permission denied on key 'fs.protected_fifos'
                broken
                """),
            problems);

    assertTrue(read.flag("net.ipv4.ip_forward", false));
    assertEquals(2, read.device(IpVersion.IPV4, "vif2.0", "rp_filter", 0));
    assertEquals(1, read.device(IpVersion.IPV4, "eth0.5", "proxy_arp", 0));
    assertEquals(1, problems.list().size());
    assertEquals(5, problems.list().get(0).where().line());
  }

  @Test
  void socketsOfTodaysTool() {
    List<Listener> read =
        SocketListing.parse(
            text(
                """
                Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
                udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=1,fd=2))
                tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
                tcp   LISTEN 0      128                *:443              *:*
                tcp   LISTEN 0      128             [::]:8443          [::]:*
                tcp   ESTAB  0      0      192.0.2.7:22       192.0.2.9:40000
                """),
            problems);

    assertEquals(List.of(), problems.list());
    assertEquals(List.of(53, 22, 443, 8443), read.stream().map(Listener::port).toList());
    assertEquals(Optional.of("lo"), read.get(0).device());
    assertEquals("systemd-resolve", read.get(0).program());
    assertTrue(read.get(1).takes(6, IpAddress.of("192.0.2.7"), 22));
    assertFalse(read.get(1).takes(6, IpAddress.of("2001:db8::7"), 22));
    assertTrue(read.get(2).takes(6, IpAddress.of("192.0.2.7"), 443));
    assertTrue(read.get(2).takes(6, IpAddress.of("2001:db8::7"), 443));
    assertFalse(read.get(3).takes(6, IpAddress.of("192.0.2.7"), 8443));
  }

  @Test
  void socketsWithoutTheColumnNetidAndOfOlderTools() {
    List<Listener> bare =
        SocketListing.parse(text("LISTEN 0 128 127.0.0.1:631 0.0.0.0:*\n"), problems);
    List<Listener> old =
        SocketListing.parse(
            text("tcp LISTEN 0 128 *:22 *:*\ntcp LISTEN 0 128 :::80 :::*\n"), problems);
    List<Listener> netstat =
        SocketListing.parse(
            text("tcp 0 0 0.0.0.0:25 0.0.0.0:* LISTEN 12/exim\nudp6 0 0 :::53 :::*\n"), problems);

    assertEquals(6, bare.get(0).protocol());
    assertFalse(old.get(0).takes(6, IpAddress.of("2001:db8::7"), 22));
    assertTrue(old.get(1).takes(6, IpAddress.of("192.0.2.7"), 80));
    assertEquals("exim", netstat.get(0).program());
    assertEquals(17, netstat.get(1).protocol());
    assertEquals(List.of(), problems.list());
  }

  @Test
  void aPortByNameIsTold() {
    SocketListing.parse(text("tcp LISTEN 0 128 0.0.0.0:ssh 0.0.0.0:*\n"), problems);
    assertEquals("socket-port", problems.list().get(0).id());
  }

  @Test
  void connections() {
    List<TrackedConnection> read =
        ConntrackListing.parse(
            text(
                """
                tcp      6 431999 ESTABLISHED src=192.0.2.9 dst=192.0.2.1 sport=40000 dport=443 \
                src=10.0.0.5 dst=192.0.2.9 sport=8443 dport=40000 [ASSURED] mark=5 zone=3 use=1
                ipv4     2 udp      17 29 src=192.0.2.9 dst=192.0.2.1 sport=5353 dport=53 [UNREPLIED] \
                src=192.0.2.1 dst=192.0.2.9 sport=53 dport=5353 mark=0 use=2
                icmp     1 20 src=192.0.2.9 dst=192.0.2.1 type=8 code=0 id=77 \
                src=192.0.2.1 dst=192.0.2.9 type=0 code=0 id=77 mark=0 use=1 id=3141592
                tcp      6 src=10.0.0.1
                conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.
                """),
            problems);

    assertEquals(3, read.size());
    assertEquals("ESTABLISHED", read.get(0).state());
    assertEquals(Set.of("ASSURED"), read.get(0).flags());
    assertEquals(OptionalLong.of(5), read.get(0).mark());
    assertEquals(3, read.get(0).zone());
    assertEquals(8443, read.get(0).reply().sourcePort());
    assertEquals(17, read.get(1).protocol());
    assertEquals(29, read.get(1).timeoutSeconds());
    assertEquals(Set.of("UNREPLIED"), read.get(1).flags());
    assertEquals(77, read.get(2).original().sourcePort());
    assertEquals(8 * 256, read.get(2).original().destinationPort());
    assertEquals(4, problems.list().get(0).where().line());
  }
}
