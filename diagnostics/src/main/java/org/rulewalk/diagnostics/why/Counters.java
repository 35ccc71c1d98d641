package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Source;

/**
 * Reads counters as evidence, and leaves alone those that show nothing: PedOS' own accepts count
 * everything; the agent writes clients' chains anew, so their counters start again; on a healthy VM
 * without IPv6 the antispoof rule of IPv6 counts neighbour discovery; and what comes in from the
 * outside by itself meets the drops of input all day.
 */
final class Counters {
  private final Network network;

  private Counters(Network network) {
    this.network = network;
  }

  /** At most one rule that was never reached, and one that dropped. */
  static List<Counted> of(Network network, Trace trace, List<Cause> causes) {
    Counters counters = new Counters(network);
    List<Counted> found = new ArrayList<>();
    counters.unreached(trace, causes).ifPresent(found::add);
    counters.dropped(causes).ifPresent(found::add);
    return found;
  }

  /** The first rule on the way that counted none, on a machine whose rules have counted others. */
  private Optional<Counted> unreached(Trace trace, List<Cause> causes) {
    for (Journey journey : trace.requestPath()) {
      Optional<Machine> machine = network.machine(journey.machine()).filter(m -> !m.isExternal());
      if (machine.isEmpty() || !hasCounted(machine.get())) {
        continue;
      }
      for (Step step : journey.steps()) {
        if (step instanceof Step.OfRule && isSilent((Step.OfRule) step)) {
          Step.OfRule of = (Step.OfRule) step;
          return Optional.of(
              new Counted(
                  Counted.Kind.NEVER_REACHED,
                  journey.machine(),
                  of.table().title() + " " + of.chain().name(),
                  OptionalInt.of(of.rule().number()),
                  0,
                  of.rule().source(),
                  causes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(0)));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSilent(Step.OfRule step) {
    return step.rule().counter().map(c -> c.packets() == 0).orElse(false)
        && !BaseRules.isMade(step.table(), step.chain(), step.rule());
  }

  private static boolean hasCounted(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        if (hasCounted(table, chain)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean hasCounted(Table table, Chain chain) {
    boolean policy =
        table.family() != Family.IP6
            && chain instanceof Chain.Base
            && ((Chain.Base) chain).policyCounter().map(c -> c.packets() > 0).orElse(false);
    return policy
        || chain.rules().stream()
            .filter(rule -> !isNeighbourDiscovery(table, chain, rule))
            .anyMatch(r -> r.counter().map(c -> c.packets() > 0).orElse(false));
  }

  private Optional<Counted> dropped(List<Cause> causes) {
    for (int i = 0; i < causes.size(); i++) {
      Optional<Counted> found = dropped(causes.get(i), i);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Counted> dropped(Cause cause, int index) {
    if (cause.step().isEmpty() || isNoise(cause)) {
      return Optional.empty();
    }
    Step step = cause.step().get();
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      boolean fresh =
          isNeighbourDiscovery(of.table(), of.chain(), of.rule())
              || BaseRules.isOfClient(of.chain());
      String chain = of.table().title() + " " + of.chain().name();
      Rule rule = of.rule();
      return fresh
          ? Optional.empty()
          : counted(
              cause, index, chain, OptionalInt.of(rule.number()), rule.counter(), rule.source());
    }
    Step.OfPolicy of = (Step.OfPolicy) step;
    return counted(
        cause,
        index,
        of.table().title() + " " + of.chain().name(),
        OptionalInt.empty(),
        of.chain().policyCounter(),
        of.chain().policySource());
  }

  private static Optional<Counted> counted(
      Cause cause,
      int index,
      String chain,
      OptionalInt rule,
      Optional<Chain.Counter> counter,
      Source source) {
    return counter
        .filter(c -> c.packets() > 0)
        .map(
            c ->
                new Counted(
                    Counted.Kind.DROPPED,
                    cause.machine(),
                    chain,
                    rule,
                    c.packets(),
                    source,
                    OptionalInt.of(index)));
  }

  /** Neighbour discovery of vifs without an IPv6 address ends in PedOS' own rules, and must. */
  private static boolean isNeighbourDiscovery(Table table, Chain chain, Rule rule) {
    return table.family() == Family.IP6 && BaseRules.isMade(table, chain, rule);
  }

  /** Whether strangers' packets end there all the time, whoever asks. */
  private boolean isNoise(Cause cause) {
    boolean input = Causes.hook(cause).map(hook -> hook == Hook.INPUT).orElse(false);
    boolean outside =
        network.links().stream()
            .filter(l -> l.ends().stream().anyMatch(e -> e.machine().equals(cause.machine())))
            .flatMap(l -> l.ends().stream())
            .anyMatch(e -> network.machine(e.machine()).map(Machine::isExternal).orElse(false));
    return input && outside;
  }
}
