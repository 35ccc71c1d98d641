package org.rulewalk.diagnostics.insight;

import java.util.List;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpAddress;
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
      Machine machine =
          network.machine(vm).filter(m -> !m.isExternal()).map(StoppedVms::down).orElse(null);
      if (machine == null && network.machine(vm).isEmpty()) {
        machine = known.address(vm).map(address -> listed(vm, address)).orElse(null);
      }
      result = machine == null ? result : result.with(machine);
    }
    return result;
  }

  private static Machine down(Machine machine) {
    return machine.withInterfaces(
        machine.interfaces().stream()
            .map(device -> device.isLoopback() ? device : Reattached.on(device, false))
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
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            List.of(
                new Interface.Address(
                    address.toPrefix(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    Interface.Scope.GLOBAL,
                    false,
                    true)),
            Source.NONE);
    return new Machine(
        vm,
        List.of(device),
        List.of(),
        List.of(),
        List.of(),
        Settings.DEFAULTS,
        Ruleset.EMPTY,
        java.util.Map.of(),
        java.util.Optional.empty(),
        List.of(),
        java.util.Set.of(),
        java.util.Optional.empty());
  }
}
