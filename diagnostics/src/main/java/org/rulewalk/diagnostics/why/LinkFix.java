package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** Interfaces that are switched off. */
final class LinkFix {
  private LinkFix() {}

  /** For whichever end of a link is switched off on a machine that was captured. */
  static List<Fix> candidates(Network network, Topology.Hop hop) {
    List<Fix> fixes = new ArrayList<>();
    Optional<Link.End> near =
        network.peers(hop.peer()).stream()
            .filter(end -> end.device().equals(hop.device()))
            .findFirst();
    near.flatMap(end -> of(network, end.machine(), end.device())).ifPresent(fixes::add);
    of(network, hop.peer().machine(), hop.peer().device()).ifPresent(fixes::add);
    return fixes;
  }

  /** Switches an interface on; empty if it is on, or not of a captured machine. */
  static Optional<Fix> of(Network network, String name, String device) {
    Optional<Machine> machine = network.machine(name).filter(m -> !m.isExternal());
    boolean down = machine.flatMap(m -> m.find(device)).map(i -> !i.up()).orElse(false);
    if (!down) {
      return Optional.empty();
    }
    String file = machine.map(Kept::script).orElse("");
    return Optional.of(
        new Fix(
            name,
            List.of("ip link set " + ShellWord.of(device) + " up"),
            file,
            !file.isEmpty(),
            "switches the interface " + device + " on",
            "all else that goes by " + device + " of " + name,
            before -> switchedOn(before, name, device)));
  }

  private static Network switchedOn(Network before, String name, String device) {
    Machine machine = before.machine(name).orElseThrow();
    List<Interface> devices = new ArrayList<>();
    List<Route> routes = new ArrayList<>(machine.routes());
    for (Interface each : machine.interfaces()) {
      boolean meant = each.name().equals(device);
      devices.add(meant ? each.switched(true) : each);
      if (meant) {
        each.addresses().stream()
            .map(address -> connected(address, device))
            .filter(route -> !routes.contains(route))
            .forEach(routes::add);
      }
    }
    return before.with(machine.withInterfaces(devices).withRoutes(routes));
  }

  /** The route to its subnet that comes back with the interface. */
  private static Route connected(Interface.Address address, String device) {
    Prefix prefix = address.prefix();
    IpAddress first = prefix.first();
    return new Route(
        new Prefix(first, prefix.length()),
        Route.Type.UNICAST,
        Route.TABLE_MAIN,
        0,
        List.of(new Route.Hop(Optional.empty(), device, false, 1, false)),
        Optional.of(prefix.address()),
        Interface.Scope.LINK,
        0,
        OptionalLong.empty(),
        Source.NONE);
  }
}
