package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Packets of clients that leave what was captured with an address that nobody out there can answer
 * to: source translation is missing, or is for another interface.
 */
final class SourceTranslation implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    Simulator simulator = new Simulator(network);
    for (Machine machine : subject.machines()) {
      boolean known =
          !machine.missing().contains(CaptureFile.ADDRESSES)
              && !machine.missing().contains(CaptureFile.ROUTES);
      for (IpVersion version : known ? IpVersion.values() : new IpVersion[0]) {
        if (!Devices.toClients(machine).isEmpty() || translates(machine, version).isPresent()) {
          find(simulator, machine, version).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static Optional<Finding> find(Simulator simulator, Machine machine, IpVersion version) {
    Network network = simulator.network();
    Neighbourhood around = new Neighbourhood(network, machine);
    for (Interface in : machine.interfaces()) {
      Optional<IpAddress> from =
          in.isLoopback() || around.leadsOut(in, version)
              ? Optional.empty()
              : around.behind(in, version).filter(PrivateAddresses::has);
      for (Ports.Service service :
          from.isPresent() ? Ports.of(machine) : List.<Ports.Service>of()) {
        Packet packet = Opening.of(from.get(), Neighbourhood.world(version), service);
        Trace trace = Exchange.trace(simulator, machine.name(), Optional.of(in.name()), packet);
        Optional<Transmission> sent =
            Exchange.sent(trace, machine.name()).filter(t -> leaves(network, t));
        if (sent.isPresent() && Exchange.isCertain(trace, machine.name())) {
          return sent.filter(t -> t.packet().source().equals(from.get()))
              .filter(t -> !isOnLink(machine, t))
              .map(t -> finding(network, machine, in, packet, t));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether by an interface behind which no captured machine is. */
  private static boolean leaves(Network network, Transmission sent) {
    return network.peers(new Link.End(sent.machine(), sent.device())).stream()
        .allMatch(e -> network.machine(e.machine()).map(Machine::isExternal).orElse(true));
  }

  private static boolean isOnLink(Machine machine, Transmission sent) {
    return machine.find(sent.device()).stream()
        .flatMap(d -> d.addresses(sent.packet().version()).stream())
        .anyMatch(a -> a.prefix().contains(sent.packet().source()));
  }

  private static Optional<Rule> translates(Machine machine, IpVersion version) {
    return machine.ruleset().tables().stream()
        .filter(table -> table.family().sees(version))
        .flatMap(table -> table.chains().stream())
        .map(Chain::rules)
        .flatMap(List::stream)
        .filter(
            rule ->
                rule.statements().stream()
                    .filter(Statement.Nat.class::isInstance)
                    .map(s -> ((Statement.Nat) s).kind())
                    .anyMatch(
                        k -> k == Statement.Nat.Kind.MASQUERADE || k == Statement.Nat.Kind.SNAT))
        .findFirst();
  }

  private static Finding finding(
      Network network, Machine machine, Interface in, Packet packet, Transmission sent) {
    Optional<Rule> rule = translates(machine, packet.version());
    Source place = rule.map(Rule::source).orElse(Source.NONE);
    boolean six = packet.version() == IpVersion.IPV6;
    String out = sent.device();
    Finding finding =
        new Finding(
                "no-source-nat",
                Severity.WARNING,
                machine.name(),
                place,
                "Packets of "
                    + packet.source()
                    + " leave "
                    + machine.name()
                    + " by "
                    + out
                    + " with that address, and nothing translates it"
                    + (rule.isPresent() ? ": the rules for that do not match there" : "")
                    + ". Unless the router behind "
                    + out
                    + " has a route back for it, no answer comes.")
            .with(new Example(machine.name(), Optional.of(in.name()), packet));
    String command =
        (six ? "ip6tables" : "iptables") + " -t nat -A POSTROUTING -o " + out + " -j MASQUERADE";
    String words = "Translate what leaves by " + out + " to its own address.";
    return finding.mendedBy(
        Mending.tried(
                network,
                machine,
                List.of(command),
                words,
                mended -> Exchange.isTranslated(new Simulator(mended), machine, in.name(), packet))
            .orElse(Repair.inWords(machine.name(), words)));
  }
}
