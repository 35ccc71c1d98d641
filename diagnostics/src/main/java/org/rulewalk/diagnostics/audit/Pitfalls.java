package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
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
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Settings of the kernel that undo what rules and routes are for. */
final class Pitfalls implements Check {
  private static final int FULL_PERCENT = 90;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      if (!machine.missing().contains(CaptureFile.SETTINGS)) {
        for (IpVersion version : IpVersion.values()) {
          forwarding(machine, version)
              .or(() -> gateway(subject.capture().network(), machine, version))
              .ifPresent(found::add);
        }
        reversePath(subject.capture().network(), machine, found);
        full(machine).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<Finding> forwarding(Machine machine, IpVersion version) {
    String name =
        version == IpVersion.IPV4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
    Optional<Settings.Entry> entry =
        machine.settings().find(name).filter(e -> e.value().strip().equals("0"));
    Optional<Source> wanted =
        entry.isPresent() ? wantsForwarding(machine, version) : Optional.empty();
    if (wanted.isEmpty() || forwardsSomewhere(machine, version)) {
      return Optional.empty();
    }
    List<String> commands = List.of("sysctl -w " + name + "=1");
    return Optional.of(
        new Finding(
                "forwarding-off",
                Severity.ERROR,
                machine.name(),
                entry.get().source(),
                machine.name()
                    + " has rules for packets that it passes on, but "
                    + name
                    + " is 0: it passes none on.")
            .because(List.of(wanted.get()))
            .mendedBy(Mending.kept(machine, commands, "Switch forwarding on.")));
  }

  /** Whether another machine sends its packets by this one, which does not pass them on. */
  private static Optional<Finding> gateway(Network network, Machine machine, IpVersion version) {
    Router router = new Router(machine);
    for (Machine other : network.machines().values()) {
      for (Route route : other.isExternal() ? List.<Route>of() : other.routes()) {
        Optional<Interface> in =
            route.hops().stream()
                .flatMap(hop -> hop.gateway().stream())
                .filter(gateway -> gateway.version() == version)
                .flatMap(gateway -> holding(machine, gateway).stream())
                .findFirst();
        boolean off =
            in.isPresent()
                && !other.name().equals(machine.name())
                && !router.forwards(version, in.get().name());
        if (off) {
          return Optional.of(gateway(machine, other, route, in.get(), version));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Interface> holding(Machine machine, IpAddress address) {
    return machine.interfaces().stream().filter(device -> device.has(address)).findFirst();
  }

  private static Finding gateway(
      Machine machine, Machine other, Route route, Interface in, IpVersion version) {
    String own = Settings.name(version, in.name(), "forwarding");
    String all = version == IpVersion.IPV4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
    boolean everywhere = !machine.settings().flag(all, false);
    String name = everywhere ? all : own;
    return new Finding(
            "forwarding-off",
            Severity.ERROR,
            machine.name(),
            machine.settings().find(name).map(Settings.Entry::source).orElse(Source.NONE),
            other.name()
                + " sends packets by "
                + machine.name()
                + " ("
                + in.name()
                + "), but "
                + name
                + " is 0: "
                + machine.name()
                + " passes none of them on.")
        .because(route.source().isKnown() ? List.of(route.source()) : List.of())
        .mendedBy(
            Mending.kept(machine, List.of("sysctl -w " + name + "=1"), "Switch forwarding on."));
  }

  private static boolean forwardsSomewhere(Machine machine, IpVersion version) {
    return machine.interfaces().stream()
        .filter(d -> !d.isLoopback())
        .anyMatch(d -> machine.settings().device(version, d.name(), "forwarding", 0) != 0);
  }

  /** A rule of the user's own that accepts or translates what is passed on. */
  private static Optional<Source> wantsForwarding(Machine machine, IpVersion version) {
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.family().sees(version) ? table.chains() : List.<Chain>of()) {
        boolean forward =
            chain instanceof Chain.Base && ((Chain.Base) chain).hook() == Hook.FORWARD;
        for (Rule rule : forward ? chain.rules() : List.<Rule>of()) {
          boolean accepts =
              rule.statements().stream()
                  .anyMatch(
                      s ->
                          s instanceof Statement.Decide
                              && ((Statement.Decide) s).verdict() == Verdict.Simple.ACCEPT);
          if (accepts && !BaseRules.isMade(table, chain, rule)) {
            return Optional.of(rule.source());
          }
        }
      }
    }
    return Devices.toClients(machine).stream()
        .filter(d -> !d.addresses(version).isEmpty())
        .map(Interface::source)
        .findFirst();
  }

  /** Packets that come in by another interface than the one that leads back to their sender. */
  private static void reversePath(Network network, Machine machine, List<Finding> found) {
    Simulator simulator = new Simulator(network);
    Neighbourhood around = new Neighbourhood(network, machine);
    for (Interface in : machine.interfaces()) {
      boolean strict = machine.settings().larger(IpVersion.IPV4, in.name(), "rp_filter", 0) == 1;
      Optional<IpAddress> own =
          in.addresses(IpVersion.IPV4).stream().map(a -> a.prefix().address()).findFirst();
      if (strict && !in.isLoopback() && in.up() && own.isPresent()) {
        senders(network, around, machine, in).stream()
            .map(from -> Opening.of(from, own.get(), new Ports.Service(Protocol.TCP, 443)))
            .filter(packet -> isRefused(simulator, machine, in, packet))
            .findFirst()
            .ifPresent(packet -> found.add(finding(machine, in, packet)));
      }
    }
  }

  /**
   * Who may send by an interface: its neighbours, and the world where a default route leads out.
   */
  private static List<IpAddress> senders(
      Network network, Neighbourhood around, Machine machine, Interface in) {
    List<IpAddress> senders = new ArrayList<>();
    network.peers(new Link.End(machine.name(), in.name())).stream()
        .flatMap(end -> network.machine(end.machine()).stream())
        .flatMap(peer -> peer.interfaces().stream())
        .filter(device -> !device.isLoopback())
        .flatMap(device -> device.addresses(IpVersion.IPV4).stream())
        .map(a -> a.prefix().address())
        .filter(address -> !machine.has(address))
        .forEach(senders::add);
    if (around.leadsOut(in, IpVersion.IPV4)) {
      senders.add(Neighbourhood.world(IpVersion.IPV4));
    }
    return senders;
  }

  private static boolean isRefused(
      Simulator simulator, Machine machine, Interface in, Packet packet) {
    Trace trace = Exchange.trace(simulator, machine.name(), Optional.of(in.name()), packet);
    return Exchange.isCertain(trace, machine.name()) && isRefused(trace);
  }

  private static boolean isRefused(Trace trace) {
    End end = trace.journey(0).end();
    return end instanceof End.Stopped
        && ((End.Stopped) end).stop() instanceof Stop.Refused
        && ((Stop.Refused) ((End.Stopped) end).stop()).reason() == Arrival.Reason.REVERSE_PATH;
  }

  private static Finding finding(Machine machine, Interface in, Packet packet) {
    String all = "net.ipv4.conf.all.rp_filter";
    String own = Settings.name(IpVersion.IPV4, in.name(), "rp_filter");
    Optional<Settings.Entry> entry =
        machine
            .settings()
            .find(own)
            .filter(e -> e.value().strip().equals("1"))
            .or(() -> machine.settings().find(all));
    List<String> commands = List.of("sysctl -w " + own + "=2");
    return new Finding(
            "rp-filter-drops",
            Severity.WARNING,
            machine.name(),
            entry.map(Settings.Entry::source).orElse(Source.NONE),
            "What comes in by "
                + in.name()
                + " from "
                + packet.source()
                + " is dropped: rp_filter is 1 there, and the route back to that address does not lead"
                + " by "
                + in.name()
                + ".")
        .with(new Example(machine.name(), Optional.of(in.name()), packet))
        .mendedBy(
            Mending.kept(
                machine,
                commands,
                "Check loosely on this interface: any route back will do. The larger of its value"
                    + " and that of \"all\" counts."));
  }

  private static Optional<Finding> full(Machine machine) {
    String count = "net.netfilter.nf_conntrack_count";
    String most = "net.netfilter.nf_conntrack_max";
    long now = machine.settings().number(count, 0);
    long limit = machine.settings().number(most, 0);
    if (limit <= 0 || now < limit / 100.0 * FULL_PERCENT) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
                "conntrack-nearly-full",
                Severity.WARNING,
                machine.name(),
                machine.settings().find(count).map(Settings.Entry::source).orElse(Source.NONE),
                machine.name()
                    + " tracks "
                    + now
                    + " connections, and "
                    + limit
                    + " is the most that it can: new ones are dropped when it is full.")
            .mendedBy(
                Mending.kept(
                    machine,
                    List.of("sysctl -w " + most + "=" + 2 * limit),
                    "Allow more, and find out with \"conntrack -L\" who opens so many.")));
  }
}
