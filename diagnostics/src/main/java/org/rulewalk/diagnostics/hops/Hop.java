package org.rulewalk.diagnostics.hops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;

/**
 * A packet that comes in to one machine, with every drop on its way there passed over and noted.
 *
 * @param journey its way through the machine
 * @param decisions what each base chain said, in the order of the kernel
 * @param out the interface by which it left, and the packet then
 */
public record Hop(
    Journey journey, List<Decided> decisions, Optional<Transmission> out, boolean certain) {
  /** A decision and the hook at which it fell. */
  public record Decided(Hook hook, Decision decision) {}

  /** Keeps a copy. */
  public Hop {
    decisions = List.copyOf(decisions);
  }

  /** What happens to a packet on a machine. */
  public static Hop of(Network network, String machine, String device, Packet packet) {
    Watching watching = new Watching(machine);
    Trace trace =
        new Simulator(network)
            .run(new Probe.Arrive(machine, device, packet), State.EMPTY, watching)
            .trace();
    Journey journey = trace.journey(0);
    Optional<Transmission> out =
        trace.transmissions().stream().filter(t -> t.journey() == journey.id()).findFirst();
    boolean certain =
        trace.assumptions().stream().noneMatch(assumed -> assumed.machine().equals(machine));
    return new Hop(journey, decisions(journey, watching.dropping), out, certain);
  }

  /** Passes over every drop of rules on one machine. */
  private static final class Watching implements Choices {
    private final String machine;
    private final Set<Step> dropping = new HashSet<>();

    Watching(String machine) {
      this.machine = machine;
    }

    @Override
    public boolean decide(String where, Doubt doubt) {
      return doubt.likely();
    }

    @Override
    public boolean waives(String where, Step step) {
      return where.equals(machine);
    }

    @Override
    public void deciding(String where, Step step, PacketContext context) {
      if (where.equals(machine)) {
        dropping.add(bare(step));
      }
    }
  }

  /** A step without its verdict, which a reject has only once it is not passed over. */
  private static Step bare(Step step) {
    if (!(step instanceof Step.OfRule)) {
      return step;
    }
    Step.OfRule of = (Step.OfRule) step;
    return new Step.OfRule(of.hook(), of.table(), of.chain(), of.rule(), Verdict.Simple.DROP);
  }

  private static List<Decided> decisions(Journey journey, Set<Step> dropping) {
    List<Decided> found = new ArrayList<>();
    Optional<Chain> base = Optional.empty();
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule) {
        Step.OfRule of = (Step.OfRule) step;
        base = base.or(() -> Optional.of(of.chain()));
        if (isFinal(of.verdict())) {
          boolean drops = dropping.contains(bare(of));
          found.add(new Decided(of.hook(), new Decision(of.table(), base.get(), of, drops)));
          base = Optional.empty();
        }
      } else if (step instanceof Step.OfPolicy) {
        Step.OfPolicy of = (Step.OfPolicy) step;
        boolean drops = of.chain().policy() == Verdict.Simple.DROP;
        found.add(new Decided(of.hook(), new Decision(of.table(), of.chain(), of, drops)));
        base = Optional.empty();
      }
    }
    return found;
  }

  private static boolean isFinal(Verdict verdict) {
    return verdict == Verdict.Simple.ACCEPT
        || verdict == Verdict.Simple.DROP
        || verdict == Verdict.Simple.STOLEN
        || verdict instanceof Verdict.Queue;
  }

  /** What the chains of a hook said, in order. */
  public List<Decision> at(Hook hook) {
    return decisions.stream().filter(d -> d.hook() == hook).map(Decided::decision).toList();
  }

  /** The packet after the destination was translated, and the rule that did it. */
  public Optional<Redirected> redirected() {
    Optional<Step.OfRule> by = Optional.empty();
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule && isTranslating(((Step.OfRule) step).rule())) {
        by = Optional.of((Step.OfRule) step);
      }
      if (step instanceof Step.Translated && !((Step.Translated) step).source()) {
        Packet after = ((Step.Translated) step).after();
        return by.map(rule -> new Redirected(after, rule.table(), rule.chain(), rule.rule()));
      }
    }
    return Optional.empty();
  }

  /** A translation of the destination. */
  public record Redirected(Packet after, Table table, Chain chain, Rule rule) {}

  private static boolean isTranslating(Rule rule) {
    return rule.statements().stream().anyMatch(Statement.Nat.class::isInstance);
  }

  /** Whether the machine itself took the packet. */
  public boolean isDelivered() {
    return journey.end() instanceof End.Delivered;
  }
}
