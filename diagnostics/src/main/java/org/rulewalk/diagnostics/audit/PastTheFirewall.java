package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.trial.Way;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * VMs whose packets get out without passing their firewall VM: because their routes lead elsewhere,
 * or because they hang on another machine as well.
 */
final class PastTheFirewall implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    Topology topology = Topology.of(subject.capture());
    Simulator simulator = new Simulator(network);
    for (Machine machine : subject.machines()) {
      Set<String> firewalls =
          topology.upwards(machine.name()).stream()
              .filter(name -> !name.equals(machine.name()))
              .filter(name -> network.machine(name).isPresent())
              .filter(name -> isFirewall(topology, name))
              .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
      boolean client =
          topology.member(machine.name()).map(m -> m.role() == Topology.Role.CLIENT).orElse(false);
      if (client && !firewalls.isEmpty()) {
        Optional<Finding> outside = outside(simulator, machine, firewalls);
        outside.ifPresent(found::add);
        if (outside.isEmpty()) {
          found.addAll(secondPaths(topology, simulator, machine, firewalls));
        }
      }
    }
    return found;
  }

  private static boolean isFirewall(Topology topology, String name) {
    return topology.member(name).map(m -> m.role() == Topology.Role.FIREWALL).orElse(false);
  }

  private static Optional<Finding> outside(
      Simulator simulator, Machine machine, Set<String> firewalls) {
    for (IpVersion version : IpVersion.values()) {
      IpAddress to = Neighbourhood.world(version);
      Departure way = new Router(machine).depart(Flow.to(to), false);
      if (way instanceof Departure.Leave) {
        for (Ports.Service service : Ports.of(machine)) {
          Packet packet = Opening.of(((Departure.Leave) way).source(), to, service);
          Trace trace = Exchange.trace(simulator, machine.name(), Optional.empty(), packet);
          boolean around =
              Exchange.isCertain(trace)
                  && leaves(simulator.network(), trace)
                  && !isWrapped(simulator.network(), trace)
                  && trace.requestPath().stream()
                      .map(Journey::machine)
                      .noneMatch(firewalls::contains);
          if (around) {
            return Optional.of(finding(simulator.network(), machine, firewalls, packet, trace));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether it goes through a tunnel, so that a firewall VM sees it wrapped up. */
  private static boolean isWrapped(Network network, Trace trace) {
    return trace.transmissions().stream()
        .flatMap(t -> network.machine(t.machine()).flatMap(m -> m.find(t.device())).stream())
        .anyMatch(Devices::isTunnel);
  }

  /** Whether the packet leaves what was captured. */
  private static boolean leaves(Network network, Trace trace) {
    return trace.transmissions().stream()
        .filter(t -> trace.isRequest(trace.journey(t.journey())))
        .map(t -> new Link.End(t.machine(), t.device()))
        .anyMatch(
            end ->
                network.peers(end).stream()
                    .allMatch(
                        e -> network.machine(e.machine()).map(Machine::isExternal).orElse(true)));
  }

  private static Finding finding(
      Network network, Machine machine, Set<String> firewalls, Packet packet, Trace trace) {
    String by =
        trace.requestPath().stream()
            .map(Journey::machine)
            .filter(name -> network.machine(name).map(m -> !m.isExternal()).orElse(false))
            .distinct()
            .collect(Collectors.joining(" → "));
    Source route =
        trace.transmissions().stream()
            .filter(t -> t.machine().equals(machine.name()))
            .findFirst()
            .map(Transmission::device)
            .flatMap(machine::find)
            .map(Interface::source)
            .orElse(Source.NONE);
    String firewall = firewalls.iterator().next();
    return new Finding(
            "bypasses-firewall",
            Severity.ERROR,
            machine.name(),
            route,
            "Packets of "
                + machine.name()
                + " get out without passing its firewall VM "
                + firewall
                + ": for example, one to "
                + packet.destination()
                + " goes "
                + by
                + " → outside. No rule of "
                + firewall
                + " applies to it.")
        .with(new Example(machine.name(), Optional.empty(), packet))
        .mendedBy(
            new Repair(
                "dom0",
                List.of("qvm-prefs " + machine.name() + " netvm " + firewall),
                "",
                List.of(),
                "Connect it to its firewall VM again, and take its other interface away."));
  }

  /** Links of a client to machines other than its provider. */
  private static List<Finding> secondPaths(
      Topology topology, Simulator simulator, Machine machine, Set<String> firewalls) {
    List<Finding> found = new ArrayList<>();
    Network network = simulator.network();
    Optional<String> provider = topology.member(machine.name()).flatMap(m -> m.provider());
    for (Interface device : machine.interfaces()) {
      for (Link.End far : network.peers(new Link.End(machine.name(), device.name()))) {
        boolean other =
            network.machine(far.machine()).map(m -> !m.isExternal()).orElse(false)
                && !provider.equals(Optional.of(far.machine()))
                && !far.machine().equals(machine.name())
                && !isBehind(network, machine, far);
        if (other) {
          second(simulator, machine, device, far, firewalls).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** Whether a machine uses this one to get out, as containers do. */
  private static boolean isBehind(Network network, Machine machine, Link.End far) {
    Machine other = network.machine(far.machine()).orElseThrow();
    for (IpVersion version : IpVersion.values()) {
      Way out = Way.of(network, other, IpAddress.any(version), Neighbourhood.world(version));
      if (out.machines().contains(machine.name())) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Finding> second(
      Simulator simulator, Machine machine, Interface device, Link.End far, Set<String> firewalls) {
    List<IpAddress> targets =
        simulator.network().machine(far.machine()).stream()
            .flatMap(m -> m.find(far.device()).stream())
            .flatMap(i -> i.addresses().stream())
            .map(a -> a.prefix().address())
            .filter(a -> !a.isLinkLocal())
            .toList();
    for (IpAddress to : targets) {
      Departure way = new Router(machine).depart(Flow.to(to), false);
      boolean there =
          way instanceof Departure.Leave && ((Departure.Leave) way).device().equals(device.name());
      if (there) {
        Packet packet =
            Opening.of(((Departure.Leave) way).source(), to, new Ports.Service(Protocol.ICMP, 0));
        String firewall = firewalls.iterator().next();
        return Optional.of(
            new Finding(
                    "second-path",
                    Severity.WARNING,
                    machine.name(),
                    device.source(),
                    machine.name()
                        + " is connected to "
                        + far.machine()
                        + " by "
                        + device.name()
                        + ", beside its firewall VM "
                        + firewall
                        + ": what goes that way, to "
                        + to
                        + " for example, passes no rule of "
                        + firewall
                        + ".")
                .with(new Example(machine.name(), Optional.empty(), packet)));
      }
    }
    return Optional.empty();
  }
}
