package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.usage.AddressTest;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Rules for the address of a VM on a machine where that VM's packets come with another address,
 * because a machine on the way translates them.
 */
final class HiddenClients implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    Map<IpAddress, Optional<Trace>> ways = new HashMap<>();
    for (Machine machine : subject.machines()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          boolean early =
              chain instanceof Chain.Base && ((Chain.Base) chain).hook() != Hook.FORWARD;
          for (Rule rule : early ? List.<Rule>of() : chain.rules()) {
            if (!BaseRules.isMade(table, chain, rule)) {
              hidden(network, machine, rule, ways).ifPresent(found::add);
            }
          }
        }
      }
    }
    return found;
  }

  private static Optional<Finding> hidden(
      Network network, Machine machine, Rule rule, Map<IpAddress, Optional<Trace>> ways) {
    for (AddressTest test : AddressTest.of(rule)) {
      if (test.source() && test.addresses().size() == 1) {
        IpAddress client = test.addresses().get(0);
        Optional<Machine> holder =
            network.holders(client).stream()
                .findFirst()
                .filter(m -> !m.isExternal() && !m.name().equals(machine.name()));
        Optional<Finding> found =
            holder.flatMap(
                vm ->
                    ways.computeIfAbsent(client, c -> way(network, vm, c))
                        .flatMap(trace -> hidden(machine, vm, client, rule, trace)));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The way of the first packet that gets furthest. */
  private static Optional<Trace> way(Network network, Machine vm, IpAddress client) {
    Simulator simulator = new Simulator(network);
    Optional<Trace> best = Optional.empty();
    for (Ports.Service service : Ports.of(vm)) {
      Packet packet = Opening.of(client, Neighbourhood.world(client.version()), service);
      Trace trace = Exchange.trace(simulator, vm.name(), Optional.empty(), packet);
      boolean further =
          best.map(b -> trace.requestPath().size() > b.requestPath().size()).orElse(true);
      if (further && Exchange.isCertain(trace)) {
        best = Optional.of(trace);
      }
    }
    return best;
  }

  private static Optional<Finding> hidden(
      Machine machine, Machine vm, IpAddress client, Rule rule, Trace trace) {
    Optional<Step.OfRule> translating = Optional.empty();
    String by = "";
    for (Journey journey : trace.requestPath()) {
      if (journey.machine().equals(machine.name())) {
        IpAddress seen = journey.packet().source();
        boolean hidden = !seen.equals(client) && translating.isPresent();
        return hidden
            ? Optional.of(finding(machine, vm, client, seen, rule, by, translating.get()))
            : Optional.empty();
      }
      Optional<Step.OfRule> step = translating(journey);
      if (step.isPresent()) {
        translating = step;
        by = journey.machine();
      }
    }
    return Optional.empty();
  }

  /** The last rule of a machine before the source was translated. */
  private static Optional<Step.OfRule> translating(Journey journey) {
    Optional<Step.OfRule> last = Optional.empty();
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule) {
        last = Optional.of((Step.OfRule) step);
      } else if (step instanceof Step.Translated && ((Step.Translated) step).source()) {
        return last;
      }
    }
    return Optional.empty();
  }

  private static Finding finding(
      Machine machine,
      Machine vm,
      IpAddress client,
      IpAddress seen,
      Rule rule,
      String by,
      Step.OfRule translating) {
    Source source = translating.rule().source();
    return new Finding(
            "rule-never-sees-client",
            Severity.WARNING,
            machine.name(),
            rule.source(),
            "This rule is for "
                + vm.name()
                + " ("
                + client
                + "), but "
                + vm.name()
                + "'s packets come to "
                + machine.name()
                + " as "
                + seen
                + ": "
                + by
                + " translates them before. It never matches them.")
        .because(source.isKnown() ? List.of(source) : List.of())
        .mendedBy(
            Repair.inWords(
                by,
                "Put the rule into " + by + ", which still sees " + vm.name() + "'s own address."));
  }
}
