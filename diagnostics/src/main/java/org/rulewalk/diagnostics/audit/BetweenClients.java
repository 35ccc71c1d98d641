package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.usage.DeviceTest;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Parts;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Clients of one machine that reach each other although no rule asks for it: what lets the packet
 * through looks neither at the destination nor at the interface that it leaves by.
 */
final class BetweenClients implements Check {
  private static final int MOST_PAIRS = 40;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    Simulator simulator = new Simulator(network);
    for (Machine machine : subject.machines()) {
      if (Devices.toClients(machine).size() > 1) {
        for (IpVersion version : IpVersion.values()) {
          found.addAll(new Search(simulator, machine, version).findings());
        }
      }
    }
    return found;
  }

  /** A packet that passed from one client to another. */
  private record Leak(
      String in, String out, Packet packet, String service, Source by, boolean stopped) {}

  private static final class Search {
    private final Simulator simulator;
    private final Machine machine;
    private final IpVersion version;
    private final Neighbourhood around;
    private final Map<Source, List<Leak>> leaks = new LinkedHashMap<>();

    Search(Simulator simulator, Machine machine, IpVersion version) {
      this.simulator = simulator;
      this.machine = machine;
      this.version = version;
      this.around = new Neighbourhood(simulator.network(), machine);
    }

    List<Finding> findings() {
      List<Ports.Service> services = Ports.of(machine);
      int pairs = 0;
      for (Interface in : Devices.toClients(machine)) {
        for (Interface out : Devices.toClients(machine)) {
          Optional<IpAddress> from = around.behind(in, version);
          Optional<IpAddress> to = around.behind(out, version);
          if (in != out && from.isPresent() && to.isPresent() && pairs < MOST_PAIRS) {
            pairs++;
            ask(in, out, from.get(), to.get(), services);
          }
        }
      }
      return leaks.values().stream().map(this::finding).toList();
    }

    private void ask(
        Interface in, Interface out, IpAddress from, IpAddress to, List<Ports.Service> services) {
      for (Ports.Service service : services) {
        Packet packet = Opening.of(from, to, service);
        Trace trace = Exchange.trace(simulator, machine.name(), Optional.of(in.name()), packet);
        Optional<Journey> passed =
            Exchange.sent(trace, machine.name())
                .filter(t -> t.device().equals(out.name()))
                .filter(t -> t.packet().destination().equals(to))
                .map(Transmission::journey)
                .map(trace::journey);
        if (passed.isPresent() && Exchange.isCertain(trace, machine.name())) {
          Optional<Source> by = unasked(passed.get());
          if (by.isPresent()) {
            leaks
                .computeIfAbsent(by.get(), unused -> new ArrayList<>())
                .add(
                    new Leak(
                        in.name(), out.name(), packet, service.word(), by.get(), isStopped(trace)));
            return;
          }
        }
      }
    }

    /** Whether the VM that it is for drops it. */
    private boolean isStopped(Trace trace) {
      List<Journey> path = trace.requestPath();
      Journey last = path.get(path.size() - 1);
      return !last.machine().equals(machine.name()) && last.end() instanceof End.Stopped;
    }

    /** What let it through, unless one of the rules on the way asks for such packets. */
    private Optional<Source> unasked(Journey journey) {
      Source by = Source.NONE;
      for (Step step : journey.steps()) {
        if (step instanceof Step.OfChain && ((Step.OfChain) step).hook() == Hook.FORWARD) {
          if (step instanceof Step.OfRule) {
            Step.OfRule of = (Step.OfRule) step;
            if (asks(of.table(), of.rule())) {
              return Optional.empty();
            }
            by = of.rule().source();
          } else if (!by.isKnown()) {
            by = ((Step.OfPolicy) step).chain().policySource();
          }
        }
      }
      return Optional.of(by);
    }

    private boolean asks(Table table, Rule rule) {
      Looks looks = new Looks();
      looks.read(rule);
      return looks.destination || namesOut(table, rule);
    }

    /** Whether it names one interface to a client that the packet is to leave by. */
    private boolean namesOut(Table table, Rule rule) {
      for (Statement statement : rule.statements()) {
        Optional<DeviceTest> test =
            statement instanceof Match ? DeviceTest.of((Match) statement) : Optional.empty();
        boolean one =
            test.isPresent()
                && !test.get().incoming()
                && Devices.toClients(machine).stream()
                        .filter(d -> test.get().passes(machine, table, rule, d))
                        .count()
                    == 1;
        if (one) {
          return true;
        }
      }
      return false;
    }

    private Finding finding(List<Leak> alike) {
      Leak first = alike.stream().filter(l -> !l.stopped()).findFirst().orElse(alike.get(0));
      Packet packet = first.packet();
      String more =
          alike.size() == 1
              ? ""
              : " So it is for " + alike.size() + " pairs of clients that were tried.";
      return new Finding(
              "inter-vm-leak",
              first.stopped() ? Severity.NOTE : Severity.WARNING,
              machine.name(),
              first.by(),
              name(packet.source())
                  + " can reach "
                  + name(packet.destination())
                  + " through "
                  + machine.name()
                  + " ("
                  + first.service()
                  + ", from "
                  + first.in()
                  + " to "
                  + first.out()
                  + "), and no rule asks for that: "
                  + (first.by().isKnown()
                      ? "what lets it through looks at no destination."
                      : "no rule is in its way.")
                  + (first.stopped()
                      ? " So far only the rules of " + name(packet.destination()) + " drop it."
                      : "")
                  + more)
          .with(new Example(machine.name(), Optional.of(first.in()), packet))
          .mendedBy(repair(first));
    }

    private Repair repair(Leak leak) {
      String words =
          "Drop what goes from one client to another, unless a rule before it asks for it.";
      boolean six = version == IpVersion.IPV6;
      List<String> commands = new ArrayList<>();
      machine.ruleset().tables().stream()
          .filter(t -> t.family().sees(version) && t.chain("custom-forward").isPresent())
          .findFirst()
          .ifPresentOrElse(
              t ->
                  commands.add(
                      "nft add rule " + t.title() + " custom-forward iifgroup 2 oifgroup 2 drop"),
              () ->
                  commands.add(
                      (six ? "ip6tables" : "iptables")
                          + " -I FORWARD 1 -i vif+ -o vif+ -m conntrack --ctstate NEW -j DROP"));
      return Mending.tried(
              simulator.network(),
              machine,
              commands,
              words,
              mended ->
                  Exchange.sent(
                          Exchange.trace(
                              new Simulator(mended),
                              machine.name(),
                              Optional.of(leak.in()),
                              leak.packet()),
                          machine.name())
                      .isEmpty())
          .orElse(Repair.inWords(machine.name(), words));
    }

    private String name(IpAddress address) {
      return simulator.network().holders(address).stream()
          .findFirst()
          .map(m -> m.name() + " (" + address + ")")
          .orElse(address.toString());
    }
  }

  private static final class Looks extends Parts {
    private boolean destination;

    @Override
    protected void leaf(Expression expression) {
      if (expression instanceof Expression.Header) {
        HeaderField field = ((Expression.Header) expression).field();
        destination |= field == HeaderField.IP_DADDR || field == HeaderField.IP6_DADDR;
      }
    }
  }
}
