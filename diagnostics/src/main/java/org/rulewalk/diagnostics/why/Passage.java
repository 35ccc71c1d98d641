package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.hops.RuleWidth;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;

/**
 * What lets a packet pass that reaches its end: the rules that accept it where machines filter, the
 * machines that filter nothing, and the translations without which it would end elsewhere.
 *
 * @param gates in the order of the way
 * @param turns translations of the destination, in the same order
 * @param guards the captured machines on the way, but for the sender, where a rule or policy might
 *     have stopped it
 */
public record Passage(List<Gate> gates, List<Turn> turns, List<String> guards) {
  private static final Set<Hook> FILTERING = Set.of(Hook.INPUT, Hook.FORWARD, Hook.OUTPUT);

  /** Keeps copies. */
  public Passage {
    gates = List.copyOf(gates);
    turns = List.copyOf(turns);
    guards = List.copyOf(guards);
  }

  /**
   * A chain that let it pass.
   *
   * @param packet as it was there
   * @param in the interface it came in by; empty on the machine that sends it
   * @param base the chain that the hook asks
   * @param rule the rule that accepted; empty where the policy did
   * @param width what else that rule takes; empty where the policy decided
   */
  public record Gate(
      String machine,
      Hook hook,
      Packet packet,
      Optional<String> in,
      Table table,
      Chain base,
      Chain chain,
      Optional<Rule> rule,
      Optional<RuleWidth> width) {
    /** Whether nothing but the policy was asked there. */
    public boolean isUnfiltered() {
      return rule.isEmpty();
    }
  }

  /** A rule that sent the packet on to another address or port. */
  public record Turn(String machine, Step.OfRule by, Packet after) {}

  /** That of an answer; nothing for one that is not reachable. */
  public static Passage of(Answer answer) {
    if (answer.verdict() != Answer.Verdict.REACHABLE) {
      return new Passage(List.of(), List.of(), List.of());
    }
    return of(answer.network(), answer.trace().requestPath());
  }

  static Passage of(Network network, List<Journey> path) {
    List<Gate> gates = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    List<String> guards = new ArrayList<>();
    for (Journey journey : path) {
      Machine machine = network.machine(journey.machine()).orElseThrow();
      if (!machine.isExternal()) {
        List<Gate> own = new ArrayList<>();
        new Reader(machine, journey, own, turns).read();
        gates.addAll(own);
        boolean asks =
            own.stream().anyMatch(gate -> gate.rule().isPresent())
                && journey.incoming().isPresent();
        if (asks && !guards.contains(machine.name())) {
          guards.add(machine.name());
        }
      }
    }
    return new Passage(gates, turns, guards);
  }

  /** Reads one machine's part. */
  private static final class Reader {
    private final Machine machine;
    private final Journey journey;
    private final List<Gate> gates;
    private final List<Turn> turns;
    private Packet packet;
    private Optional<Chain> base = Optional.empty();
    private Optional<Step.OfRule> translating = Optional.empty();

    Reader(Machine machine, Journey journey, List<Gate> gates, List<Turn> turns) {
      this.machine = machine;
      this.journey = journey;
      this.gates = gates;
      this.turns = turns;
      this.packet = journey.packet();
    }

    void read() {
      for (Step step : journey.steps()) {
        if (step instanceof Step.OfRule) {
          rule((Step.OfRule) step);
        } else if (step instanceof Step.OfPolicy) {
          policy((Step.OfPolicy) step);
        } else if (step instanceof Step.Translated) {
          translated((Step.Translated) step);
        }
      }
      withoutIdlePolicies();
    }

    private void rule(Step.OfRule step) {
      base = base.or(() -> Optional.of(step.chain()));
      translating = Optional.of(step);
      if (step.verdict() != Verdict.Simple.ACCEPT) {
        return;
      }
      if (FILTERING.contains(step.hook()) && isFilter(base.get())) {
        RuleWidth width = RuleWidth.of(machine, journey, step, packet);
        gates.add(gate(step, base.get(), Optional.of(step.rule()), Optional.of(width)));
      }
      base = Optional.empty();
    }

    private static boolean isFilter(Chain base) {
      return !(base instanceof Chain.Base) || ((Chain.Base) base).type() != Chain.Type.NAT;
    }

    private void policy(Step.OfPolicy step) {
      if (FILTERING.contains(step.hook()) && isFilter(step.chain())) {
        gates.add(gate(step, step.chain(), Optional.empty(), Optional.empty()));
      }
      base = Optional.empty();
    }

    private Gate gate(
        Step.OfChain step, Chain asked, Optional<Rule> rule, Optional<RuleWidth> width) {
      return new Gate(
          machine.name(),
          step.hook(),
          packet,
          journey.incoming(),
          step.table(),
          asked,
          step.chain(),
          rule,
          width);
    }

    private void translated(Step.Translated step) {
      packet = step.after();
      if (!step.source()) {
        translating.ifPresent(by -> turns.add(new Turn(machine.name(), by, step.after())));
      }
    }

    /** A policy that accepts says something only where no rule at the same hook does. */
    private void withoutIdlePolicies() {
      Set<Hook> decided = new HashSet<>();
      gates.stream().filter(gate -> !gate.isUnfiltered()).forEach(gate -> decided.add(gate.hook()));
      Set<Hook> said = new HashSet<>();
      gates.removeIf(
          gate ->
              gate.isUnfiltered()
                  && (decided.contains(gate.hook())
                      || gate.hook() == Hook.OUTPUT
                      || !said.add(gate.hook())));
    }
  }
}
