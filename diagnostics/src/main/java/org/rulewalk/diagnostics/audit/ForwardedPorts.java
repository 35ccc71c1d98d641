package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.trial.Way;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.diagnostics.usage.Redirection;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Forwarded ports that lead nowhere, or whose answers do not come back through the machine that
 * translated the address, so that the other side does not know them.
 */
final class ForwardedPorts implements Check {
  private static final List<Ports.Service> ANY = List.of(new Ports.Service(Protocol.TCP, 443));

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    for (Machine machine : subject.machines()) {
      boolean known =
          !machine.missing().contains(CaptureFile.ADDRESSES)
              && !machine.missing().contains(CaptureFile.ROUTES);
      for (Redirection each : known ? Redirection.of(machine) : List.<Redirection>of()) {
        if (!BaseRules.isMade(each.table(), each.chain(), each.rule())) {
          Asked asked = new Asked(network, machine, each);
          asked
              .toLoopback()
              .or(asked::toNobody)
              .or(asked::hairpin)
              .or(asked::answersElsewhere)
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** One forwarded port. */
  private record Asked(Network network, Machine machine, Redirection port) {
    private Finding finding(String id, Severity severity, String message) {
      return new Finding(id, severity, machine.name(), port.rule().source(), message);
    }

    /** Packets from outside for 127.0.0.1 are dropped as martians unless a setting allows them. */
    Optional<Finding> toLoopback() {
      IpVersion version = port.target().version();
      List<Interface> devices = port.devices().stream().filter(d -> !d.isLoopback()).toList();
      boolean refused =
          port.target().isLoopback()
              && !machine.missing().contains(CaptureFile.SETTINGS)
              && devices.stream()
                  .noneMatch(d -> machine.settings().either(version, d.name(), "route_localnet"));
      if (!refused || devices.isEmpty()) {
        return Optional.empty();
      }
      String setting = "net.ipv4.conf." + devices.get(0).name() + ".route_localnet";
      return Optional.of(
          finding(
                  "dnat-to-loopback",
                  Severity.ERROR,
                  "This rule translates to "
                      + port.target()
                      + ". The kernel drops packets for it that come in by "
                      + devices.get(0).name()
                      + ", because "
                      + setting
                      + " is 0.")
              .mendedBy(
                  Repair.inWords(
                      machine.name(),
                      "Let the program listen on the machine's own address and use REDIRECT, or"
                          + " set "
                          + setting
                          + " to 1 and drop others' packets for 127.0.0.0/8.")));
    }

    Optional<Finding> toNobody() {
      if (port.target().isLoopback() || machine.has(port.target())) {
        return Optional.empty();
      }
      Way way = Way.of(network, machine, IpAddress.any(port.target().version()), port.target());
      String last = way.machines().get(way.machines().size() - 1);
      boolean lost = way.end() == Way.End.OUT && PrivateAddresses.has(port.target());
      String why;
      switch (way.end()) {
        case NO_ROUTE:
          why = last + " has no route to it.";
          break;
        case NOBODY:
          why = "nobody behind " + way.device() + " of " + last + " has it.";
          break;
        default:
          why =
              "no machine here has it, and "
                  + last
                  + " sends packets for it out by "
                  + way.device()
                  + ", by its default route.";
      }
      boolean nobody = way.end() == Way.End.NO_ROUTE || way.end() == Way.End.NOBODY;
      return nobody || lost
          ? Optional.of(
              finding(
                      "dnat-to-nobody",
                      nobody ? Severity.ERROR : Severity.WARNING,
                      "This rule forwards to " + port.target() + ", but " + why)
                  .mendedBy(
                      Repair.inWords(
                          machine.name(),
                          "Write the address that the target has now"
                              + (machine.interfaces().stream()
                                      .anyMatch(d -> d.name().startsWith("vif"))
                                  ? "; \"qvm-ls -n\" in dom0 lists them."
                                  : "."))))
          : Optional.empty();
    }

    /** A host beside the target asks by the outer address; the target answers it directly. */
    Optional<Finding> hairpin() {
      Neighbourhood around = new Neighbourhood(network, machine);
      for (Interface device : port.devices()) {
        Optional<IpAddress> beside =
            device.addresses(port.target().version()).stream()
                .filter(a -> !a.prefix().isSingle() && a.prefix().contains(port.target()))
                .findFirst()
                .flatMap(a -> around.beside(a.prefix(), port.target()));
        Optional<IpAddress> outer =
            port.asked().stream().findFirst().or(() -> otherAddress(device));
        if (beside.isPresent() && outer.isPresent()) {
          Optional<Finding> found = hairpin(device, beside.get(), outer.get());
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Finding> hairpin(Interface device, IpAddress beside, IpAddress outer) {
      Packet packet = Opening.of(beside, outer, service());
      Trace trace =
          Exchange.trace(
              new Simulator(network), machine.name(), Optional.of(device.name()), packet);
      Optional<Transmission> sent = Exchange.sent(trace, machine.name());
      boolean direct =
          Exchange.isCertain(trace, machine.name())
              && sent.filter(t -> t.device().equals(device.name()))
                  .map(Transmission::packet)
                  .filter(p -> p.destination().equals(port.target()))
                  .filter(p -> p.source().equals(beside))
                  .isPresent();
      return direct
          ? Optional.of(
              finding(
                      "hairpin-without-snat",
                      // of a host that nobody captured it is not known whether it asks
                      network.holders(beside).isEmpty() ? Severity.NOTE : Severity.WARNING,
                      "Hosts on the network of "
                          + port.target()
                          + " can't use this forwarded port: for example, "
                          + beside
                          + " asks "
                          + outer
                          + ", "
                          + port.target()
                          + " answers it directly, and it does not know that answer.")
                  .with(new Example(machine.name(), Optional.of(device.name()), packet))
                  .mendedBy(masquerade(device, packet)))
          : Optional.empty();
    }

    private Repair masquerade(Interface device, Packet packet) {
      String words =
          "Give such packets this machine's own address as well, so that the answers come back.";
      boolean six = port.target().version() == IpVersion.IPV6;
      String command =
          (six ? "ip6tables" : "iptables")
              + " -t nat -A POSTROUTING -o "
              + device.name()
              + " -s "
              + device.addresses(port.target().version()).stream()
                  .map(a -> a.prefix())
                  .filter(p -> p.contains(port.target()))
                  .map(p -> p.first() + "/" + p.length())
                  .findFirst()
                  .orElse("")
              + " -d "
              + port.target()
              + " -j MASQUERADE";
      return Mending.tried(
              network,
              machine,
              List.of(command),
              words,
              mended ->
                  Exchange.isTranslated(new Simulator(mended), machine, device.name(), packet))
          .orElse(Repair.inWords(machine.name(), words));
    }

    private Optional<IpAddress> otherAddress(Interface device) {
      return machine.interfaces().stream()
          .filter(d -> !d.isLoopback() && !d.name().equals(device.name()))
          .flatMap(d -> d.addresses(port.target().version()).stream())
          .map(a -> a.prefix().address())
          .filter(a -> !a.isLinkLocal())
          .findFirst();
    }

    private Ports.Service service() {
      return port.services().isEmpty() ? ANY.get(0) : port.services().get(0);
    }

    /** The target's way back does not lead by this machine. */
    Optional<Finding> answersElsewhere() {
      Optional<Machine> holder =
          network.holders(port.target()).stream().filter(m -> !m.isExternal()).findFirst();
      if (holder.isEmpty() || holder.get().name().equals(machine.name())) {
        return Optional.empty();
      }
      IpVersion version = port.target().version();
      Neighbourhood around = new Neighbourhood(network, machine);
      for (Interface device : port.devices()) {
        if (!device.isLoopback() && around.leadsOut(device, version)) {
          Optional<Finding> found = elsewhere(device, Neighbourhood.world(version), holder.get());
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Finding> elsewhere(Interface device, IpAddress from, Machine target) {
      IpAddress outer =
          port.asked().stream()
              .findFirst()
              .or(
                  () ->
                      device.addresses(from.version()).stream()
                          .map(a -> a.prefix().address())
                          .findFirst())
              .orElse(port.target());
      Packet packet = Opening.of(from, outer, service());
      Trace trace =
          Exchange.trace(
              new Simulator(network), machine.name(), Optional.of(device.name()), packet);
      Optional<Packet> sent =
          Exchange.sent(trace, machine.name())
              .filter(t -> Exchange.isCertain(trace, machine.name()))
              .map(Transmission::packet)
              .filter(p -> p.destination().equals(port.target()));
      if (sent.isEmpty()) {
        return Optional.empty();
      }
      Way back = Way.of(network, target, port.target(), sent.get().source());
      boolean known = back.end() != Way.End.UNKNOWN;
      if (!known || back.machines().contains(machine.name())) {
        return Optional.empty();
      }
      String where =
          back.end() == Way.End.NO_ROUTE
              ? "has no route back to " + sent.get().source()
              : "answers by "
                  + (back.machines().size() > 1 ? back.machines().get(1) : back.device())
                  + ", not by "
                  + machine.name();
      return Optional.of(
          finding(
                  "dnat-answers-elsewhere",
                  Severity.ERROR,
                  "This rule forwards to "
                      + target.name()
                      + " ("
                      + port.target()
                      + "), but "
                      + target.name()
                      + " "
                      + where
                      + ". The answer then does not come from the address that was asked, and "
                      + sent.get().source()
                      + " drops it.")
              .with(new Example(machine.name(), Optional.of(device.name()), packet))
              .mendedBy(
                  Repair.inWords(
                      target.name(),
                      "Let the answers go back by "
                          + machine.name()
                          + ": make it the gateway of "
                          + target.name()
                          + ", or translate the source there as well.")));
    }
  }
}
