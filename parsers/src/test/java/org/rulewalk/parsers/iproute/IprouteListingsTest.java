package org.rulewalk.parsers.iproute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

class IprouteListingsTest {
  private final Problems problems = new Problems();
  private final RoutingTables tables = new RoutingTables();

  private static SourceText text(String content) {
    return SourceText.of("listing.txt", content);
  }

  private List<Route> routes(String content) {
    return RouteListing.parse(text(content), IpVersion.IPV4, tables, problems);
  }

  private List<RoutingRule> rules(String content) {
    return RuleListing.parse(text(content), IpVersion.IPV4, tables, problems);
  }

  @Test
  void addressesHaveScopesPeersAndStates() {
    List<Interface> read =
        AddressListing.parse(
            text(
                """
                1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
                    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
                    inet 127.0.0.1/8 scope host lo
                       valid_lft forever preferred_lft forever
                4: vif5.0@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1400 master br0 state DOWN group 2 qlen 32
                    link/ether fe:ff:ff:ff:ff:ff brd ff:ff:ff:ff:ff:ff
                    veth addrgenmode eui64
                    inet 10.0.0.1 peer 10.0.0.2/30 scope link vif5.0
                    inet 192.0.2.7/24 brd 192.0.2.255 scope global secondary vif5.0
                    inet6 2001:db8::7/64 scope global tentative dadfailed
                """),
            problems);

    assertEquals(List.of(), problems.list());
    Interface vif = read.get(1);
    assertEquals("vif5.0", vif.name());
    assertEquals(1400, vif.mtuBytes());
    assertEquals(2, vif.group());
    assertEquals("veth", vif.kind());
    assertEquals(Optional.of("br0"), vif.master());
    assertTrue(vif.up());
    assertFalse(vif.carrier());
    assertEquals(Optional.of(Prefix.of("10.0.0.2/30")), vif.addresses().get(0).peer());
    assertEquals(Interface.Scope.LINK, vif.addresses().get(0).scope());
    assertTrue(vif.addresses().get(1).secondary());
    assertFalse(vif.addresses().get(2).usable());
    assertTrue(read.get(0).isLoopback());
    assertEquals(5, vif.source().line());
  }

  @Test
  void theOneLineFormGathersAddresses() {
    List<Interface> read =
        AddressListing.parse(
            text(
                """
                2: eth0    inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever
                2: eth0    inet6 2001:db8::5/64 scope global \\       valid_lft forever
                """),
            problems);

    assertEquals(1, read.size());
    assertEquals(2, read.get(0).addresses().size());
  }

  @Test
  void jsonSaysTheSameAsText() {
    String json =
        """
        [{"ifindex":2,"link_index":3,"ifname":"eth0","flags":["BROADCAST","UP","LOWER_UP"],"mtu":1500,
          "group":"default","link_type":"ether","address":"02:00:00:00:00:05","linkinfo":{"info_kind":"veth"},
          "addr_info":[{"family":"inet","local":"192.0.2.5","prefixlen":24,"broadcast":"192.0.2.255",
            "scope":"global","label":"eth0"}]},{}]""";
    String listing =
        """
        2: eth0@if3: <BROADCAST,UP,LOWER_UP> mtu 1500 group default
            link/ether 02:00:00:00:00:05 brd ff:ff:ff:ff:ff:ff
            veth
            inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0
        """;
    Interface fromJson = AddressJson.parse(text(json), problems).get(0);
    Interface fromText = AddressListing.parse(text(listing), problems).get(0);

    assertEquals(fromText.addresses(), fromJson.addresses());
    assertEquals(fromText.mac(), fromJson.mac());
    assertEquals(fromText.kind(), fromJson.kind());
    assertEquals(List.of(), problems.list());
  }

  @Test
  void cutJsonGivesOneErrorWithItsLine() {
    assertEquals(
        List.of(), AddressJson.parse(text("[{\"ifname\":\"eth0\",\n\"flags\":["), problems));
    assertEquals("json-broken", problems.list().get(0).id());
    assertEquals(2, problems.list().get(0).where().line());
  }

  @Test
  void aGroupNameThatOnlyTheMachineKnowsIsTold() {
    AddressListing.parse(text("2: eth0: <UP> mtu 1500 group vifs qlen 1\n"), problems);
    assertEquals("interface-group", problems.list().get(0).id());
  }

  @Test
  void routesOfAllTypesAndTables() {
    List<Route> read =
        routes(
            """
            default via 192.0.2.1 dev eth0 proto static metric 100 onlink
            10.137.0.20 dev vif5.0 scope link metric 32747
            198.51.100.0/24 via inet6 fe80::1 dev eth0 mtu lock 1400
            unreachable 203.0.113.0/24 table 103
            blackhole 203.0.113.9 table vpn
            local 192.0.2.7 dev eth0 table local proto kernel scope host src 192.0.2.7
            throw default table 7
            """);

    assertEquals(List.of(), problems.list());
    assertTrue(read.get(0).hops().get(0).onlink());
    assertEquals(100, read.get(0).metric());
    assertEquals(Interface.Scope.LINK, read.get(1).scope());
    assertEquals(Optional.of(IpAddress.of("fe80::1")), read.get(2).hops().get(0).gateway());
    assertEquals(OptionalLong.of(1400), read.get(2).mtuBytes());
    assertEquals(Route.Type.UNREACHABLE, read.get(3).type());
    assertEquals(103, read.get(3).table());
    assertEquals(tables.number("vpn"), read.get(4).table());
    assertEquals(Route.TABLE_LOCAL, read.get(5).table());
    assertEquals(Route.Type.THROW, read.get(6).type());
  }

  @Test
  void aListingOfBothVersionsKeepsTheirDefaultsApart() {
    List<Route> read =
        routes(
            """
            default via 192.0.2.1 dev eth0
            default via 2001:db8::1 dev eth0 metric 1024 pref medium
            default dev tun0 metric 1025 pref medium
            default via inet6 fe80::1 dev eth1 metric 9
            """);

    assertEquals(
        List.of(IpVersion.IPV4, IpVersion.IPV6, IpVersion.IPV6, IpVersion.IPV4),
        read.stream().map(route -> route.destination().version()).toList());
    assertEquals(List.of(), problems.list());
  }

  @Test
  void nextHopsFollowOnTheirOwnLines() {
    Route read =
        routes(
                """
                default proto static
                \tnexthop via 192.0.2.1 dev eth0 weight 3
                \tnexthop via 192.0.2.2 dev eth1 weight 1 dead linkdown
                """)
            .get(0);

    assertEquals(2, read.hops().size());
    assertEquals(3, read.hops().get(0).weight());
    assertTrue(read.hops().get(1).dead());
  }

  @Test
  void aBrokenRouteDoesNotHideTheNext() {
    List<Route> read = routes("10.0.0.0/99 dev eth0\n10.1.0.0/16 dev eth1 shiny\n");
    assertEquals(1, read.size());
    assertEquals(
        List.of("route-line", "route-option"), problems.list().stream().map(p -> p.id()).toList());
    assertEquals(22, problems.list().get(1).where().column());
  }

  @Test
  void routesInJson() {
    List<Route> read =
        RouteListing.parseJson(
            text(
                """
                [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":7,"flags":["onlink"]},
                 {"type":"local","dst":"192.0.2.7","dev":"eth0","table":"local","prefsrc":"192.0.2.7","flags":[]},
                 {"dst":"default","table":"9","nexthops":[{"gateway":"192.0.2.1","dev":"eth0","weight":2},
                   {"gateway":"192.0.2.2","dev":"eth1","weight":1}]}]"""),
            IpVersion.IPV4,
            tables,
            problems);

    assertEquals(List.of(), problems.list());
    assertTrue(read.get(0).hops().get(0).onlink());
    assertEquals(Route.Type.LOCAL, read.get(1).type());
    assertEquals(2, read.get(2).hops().size());
    assertEquals(9, read.get(2).table());
  }

  @Test
  void policyRules() {
    List<RoutingRule> read =
        rules(
            """
            0:	from all lookup local
            99:	not from all fwmark 0x2/0xf0 lookup vpn
            100:	from 10.0.0.0/8 to 203.0.113.0/24 iif vif2.0 ipproto tcp dport 440-445 lookup 100
            101:	from all prohibit
            102:	from all goto 200
            103:	from all lookup main suppress_prefixlength 0
            104:	from all uidrange 1000-1000 lookup 5
            """);

    assertTrue(read.get(1).not());
    assertEquals(OptionalLong.of(2), read.get(1).mark());
    assertEquals(0xf0, read.get(1).markMask());
    assertEquals(Optional.of(new RoutingRule.PortRange(440, 445)), read.get(2).destinationPorts());
    assertEquals(6, read.get(2).protocol().getAsInt());
    assertEquals(RoutingRule.Action.PROHIBIT, read.get(3).action());
    assertEquals(200, read.get(4).gotoPriority());
    assertEquals(0, read.get(5).suppressPrefixLength());
    assertFalse(read.get(6).understood());
    assertEquals(1, problems.list().size());
    assertEquals(7, problems.list().get(0).where().line());
  }

  @Test
  void policyRulesInJson() {
    List<RoutingRule> read =
        RuleListing.parseJson(
            text(
                """
                [{"priority":100,"src":"10.0.0.0","srclen":8,"fwmark":"0x2","fwmask":"0x3","table":"100"},
                 {"priority":101,"not":null,"src":"all","iif":"vif2.0","dport_start":1,"dport_end":5,
                  "action":"prohibit"}]"""),
            IpVersion.IPV4,
            tables,
            problems);

    assertEquals(List.of(), problems.list());
    assertEquals(Optional.of(Prefix.of("10.0.0.0/8")), read.get(0).from());
    assertEquals(3, read.get(0).markMask());
    assertTrue(read.get(1).not());
    assertEquals(RoutingRule.Action.PROHIBIT, read.get(1).action());
    assertEquals(Optional.of(new RoutingRule.PortRange(1, 5)), read.get(1).destinationPorts());
  }

  @Test
  void neighbours() {
    List<Neighbour> read =
        NeighbourListing.parse(
            text(
                """
                10.137.0.6 dev eth0 lladdr fe:ff:ff:ff:ff:ff PERMANENT
                192.0.2.9 dev eth1 FAILED
                2001:db8::9 dev eth1 lladdr 02:00:00:00:00:09 router STALE
                192.0.2.77 dev eth1 proxy
                nonsense
                """),
            problems);

    assertEquals(4, read.size());
    assertTrue(read.get(0).isPermanent());
    assertTrue(read.get(1).mac().isEmpty());
    assertEquals("STALE", read.get(2).state());
    assertTrue(read.get(3).proxy());
    assertEquals(5, problems.list().get(0).where().line());
  }
}
