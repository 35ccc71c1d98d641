package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * VMs that dom0 lists and that do not run: they can be asked about, and answer nothing. One that
 * was captured all the same has been stopped since.
 */
public final class StoppedVms {
  private static final String UPLINK = "eth0";

  private StoppedVms() {}

  /** The network with these VMs in it, their interfaces down. */
  public static Network in(Network network, Surroundings known) {
    Network result = network;
    for (String vm : known.notRunning()) {
      Optional<Machine> stopped =
          network
              .machine(vm)
              .filter(machine -> !machine.isExternal())
              .map(StoppedVms::down)
              .or(() -> known.address(vm).map(address -> listed(vm, address)));
      result = stopped.map(result::with).orElse(result);
    }
    return result;
  }

  /** Whether nothing is known of a VM's own rules and services. */
  public static boolean isOnlyListed(Machine machine) {
    return machine.interfaces().stream().allMatch(device -> device.source().equals(Source.NONE));
  }

  private static Machine down(Machine machine) {
    return machine.withInterfaces(
        machine.interfaces().stream()
            .map(device -> device.isLoopback() ? device : device.switched(false))
            .toList());
  }

  /** One of which nothing but the list tells. */
  private static Machine listed(String vm, IpAddress address) {
    Interface device =
        new Interface(
            UPLINK,
            2,
            false,
            false,
            1500,
            0,
            "",
            Interface.TYPE_ETHERNET,
            Optional.empty(),
            Optional.empty(),
            List.of(
                new Interface.Address(
                    address.toPrefix(),
                    Optional.empty(),
                    Optional.empty(),
                    Interface.Scope.GLOBAL,
                    false,
                    true)),
            Source.NONE);
    return new Machine(
        vm,
        List.of(device),
        List.of(),
        List.of(
            RoutingRule.lookup(IpVersion.IPV4, 0, Route.TABLE_LOCAL),
            RoutingRule.lookup(IpVersion.IPV4, 32766, Route.TABLE_MAIN)),
        List.of(),
        Settings.DEFAULTS,
        Ruleset.EMPTY,
        Map.of(),
        Optional.empty(),
        List.of(),
        Set.of(),
        Optional.empty());
  }
}
