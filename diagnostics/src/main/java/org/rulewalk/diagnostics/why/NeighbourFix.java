package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/** Addresses for which nobody on a link answers. */
final class NeighbourFix {
  private NeighbourFix() {}

  /** A fixed entry for an address whose machine is at the link's other end. */
  static Optional<Fix> fixed(
      Network network, Machine machine, Topology.Hop way, IpAddress address) {
    Optional<MacAddress> mac =
        network
            .machine(way.peer().machine())
            .flatMap(peer -> peer.find(way.peer().device()))
            .flatMap(Interface::mac);
    String file = Kept.script(machine);
    return mac.map(
        known ->
            new Fix(
                machine.name(),
                List.of(
                    "ip neigh replace "
                        + address
                        + " lladdr "
                        + known
                        + " dev "
                        + ShellWord.of(way.device())
                        + " nud permanent"),
                file,
                !file.isEmpty(),
                "tells " + machine.name() + " who takes packets for " + address,
                "",
                before -> with(before, machine.name(), way.device(), address, known)));
  }

  private static Network with(
      Network before, String name, String device, IpAddress address, MacAddress mac) {
    Machine machine = before.machine(name).orElseThrow();
    List<Neighbour> neighbours = new ArrayList<>(machine.neighbours());
    neighbours.removeIf(n -> n.device().equals(device) && n.address().equals(address));
    neighbours.add(
        new Neighbour(address, device, Optional.of(mac), "PERMANENT", false, Source.NONE));
    return before.with(machine.withNeighbours(neighbours));
  }

  /** Has the captured machine on an external one's link answer for an address behind it. */
  static List<Fix> answering(Network network, Question question, Machine external, Packet packet) {
    IpAddress address = packet.destination();
    Topology topology = new Topology(network);
    Optional<Topology.Hop> way = topology.toHolder(external.name(), address);
    Optional<Machine> next =
        way.flatMap(hop -> network.machine(hop.peer().machine())).filter(m -> !m.isExternal());
    if (next.isEmpty() || address.version() != IpVersion.IPV4 || next.get().has(address)) {
      return List.of();
    }
    Machine machine = next.get();
    String device = way.get().peer().device();
    String key = Settings.name(IpVersion.IPV4, device, "proxy_arp");
    Map<String, String> value = new LinkedHashMap<>();
    value.put(key, "1");
    // or answers are held back by up to 0.8 seconds, by chance (pneigh_enqueue)
    value.put("net.ipv4.neigh." + device.replace('.', '/') + ".proxy_delay", "0");
    String end = network.holders(address).stream().findFirst().map(Machine::name).orElse("the VM");
    Fix proxy =
        SettingFix.fix(
            machine,
            value,
            "has "
                + machine.name()
                + " answer for "
                + address
                + " at "
                + device
                + ", where "
                + external.name()
                + " looks for it; a forwarded port of its own address (rulewalk expose … "
                + end
                + ") shows less of the network",
            machine.name()
                + " answers at "
                + device
                + " for all addresses that it has another way to",
            value);
    List<Fix> routes = new RouteFix(network, machine, address, Optional.empty()).candidates();
    List<Fix> fixes = new ArrayList<>();
    if (PeoplesChain.hasAntiSpoofing(machine) && Protocol.hasPorts(packet.protocol())) {
      // answers of those behind its neighbour are not taken: the neighbour is asked in their place
      topology
          .toHolder(machine.name(), address)
          .flatMap(hop -> topology.gateway(hop.peer(), address.version()))
          .filter(other -> !other.equals(address))
          .map(other -> new NatTargets.Target(other, "the only one behind that is let answer"))
          .map(
              other ->
                  NatFix.destination(
                          machine,
                          packet,
                          Optional.of(device),
                          question.isForSender(network),
                          other)
                      .get(0))
          .ifPresent(nat -> routes.forEach(route -> fixes.add(both(both(route, proxy), nat))));
    }
    fixes.add(proxy);
    routes.forEach(route -> fixes.add(both(route, proxy)));
    return fixes;
  }

  private static Fix both(Fix one, Fix other) {
    List<String> now = new ArrayList<>(one.now());
    now.addAll(other.now());
    List<String> lines = new ArrayList<>(one.lines());
    lines.addAll(other.lines());
    return new Fix(
        one.machine(),
        now,
        other.file(),
        lines,
        other.executable(),
        one.why() + "; " + other.why(),
        Stream.of(one.allows(), other.allows())
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("; ")),
        before -> other.change().apply(one.change().apply(before)));
  }
}
