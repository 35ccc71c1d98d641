package org.rulewalk.diagnostics.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Machine;

class TopologyTest {
  private static Capture capture(String name) {
    return CaptureLoader.load(Fixtures.named(name).capture());
  }

  private static Topology.Role role(Topology topology, String name) {
    return topology.member(name).orElseThrow().role();
  }

  @Test
  void theDefaultMachineHasANetVmAndAFirewallVm() {
    for (String name : List.of("r41-default", "r42-default")) {
      Topology topology = Topology.of(capture(name));
      assertEquals(Topology.Role.NETVM, role(topology, "sys-net"), name);
      assertEquals(Topology.Role.FIREWALL, role(topology, "sys-firewall"), name);
      assertEquals(Topology.Role.CLIENT, role(topology, "work"), name);
      assertEquals(List.of("work", "sys-firewall", "sys-net"), topology.upwards("work"), name);
    }
  }

  @Test
  void linksAloneShowTheSame() {
    Capture capture = capture("r42-default");
    assertEquals(
        Topology.of(capture).members().keySet().stream().filter(n -> !n.equals("dom0")).toList(),
        List.copyOf(Topology.of(capture.network()).members().keySet()));
    assertEquals(Topology.Role.FIREWALL, role(Topology.of(capture.network()), "sys-firewall"));
  }

  @Test
  void aTunnelMakesAServiceVmAndSoDoTwoFirewallVmsAroundIt() {
    assertEquals(Topology.Role.SERVICE, role(Topology.of(capture("vpn-by-halves")), "vpn"));
    Topology plain = Topology.of(capture("network-service"));
    assertEquals(Topology.Role.SERVICE, role(plain, "vpn"));
    assertEquals(Topology.Role.FIREWALL, role(plain, "sys-firewall-1"));
    assertEquals(Topology.Role.FIREWALL, role(plain, "sys-firewall-2"));
    assertEquals(List.of(), plain.unprotected("vpn"));
  }

  @Test
  void generationsAreToldByTheirRules() {
    assertEquals(Generation.BESIDE_IPTABLES, generation("r41-default", "sys-firewall"));
    assertEquals(Generation.BESIDE_IPTABLES, generation("r41-default", "work"));
    assertEquals(Generation.RESOLVER_SET, generation("r42-default", "sys-firewall"));
    assertEquals(Generation.NFT, generation("r42-default", "work"));
    Machine plain = capture("rp-filter-strict").network().machines().values().iterator().next();
    assertTrue(Generation.of(plain).isEmpty());
  }

  private static Generation generation(String name, String machine) {
    return Generation.of(capture(name).network().machine(machine).orElseThrow()).orElseThrow();
  }

  @Test
  void everyRuleOfUntouchedVmsIsKnownToBePedOs() {
    for (String name :
        List.of("r41-default", "r42-default", "r42-per-vm-rules", "network-service")) {
      for (Machine machine : capture(name).network().machines().values()) {
        assertEquals(List.of(), ForeignRule.of(machine), name + " " + machine.name());
      }
    }
  }
}
