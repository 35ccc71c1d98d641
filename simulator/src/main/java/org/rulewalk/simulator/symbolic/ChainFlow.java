package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/**
 * What {@link ChainWalk#run} does, for all packets at once: which packets get to which rule, and
 * what becomes of them.
 *
 * <p>All sets are sets of packets as they were at the start of the run; {@link #packet} says what
 * they look like at its end.
 */
public final class ChainFlow {
  private final Setting setting;
  private final List<Passing> passings = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Extent extent;
  private SymbolicPacket packet;

  private ChainFlow(Setting setting, SymbolicPacket packet, Extent extent) {
    this.setting = setting;
    this.packet = packet;
    this.extent = extent;
  }

  /**
   * One pass through a chain.
   *
   * @param caller place of the rule that led to it among the {@link #passings}, -1 for the base
   *     chain
   * @param entering packets for which that rule leads there, whether they get to it or not
   */
  record Frame(Chain chain, int caller, PacketSet entering) {}

  /**
   * A rule on one way to it.
   *
   * @param reaching packets that are asked; in a run within bounds those that may be asked
   * @param wanted packets that would pass all its tests, whether they are asked or not
   * @param ended those that it brings to their end in this base chain, once they are asked
   * @param left those that leave the rule's chain by it, to come back elsewhere or not at all
   * @param changes whether it may change packets
   */
  record Passing(
      Frame frame,
      Rule rule,
      PacketSet reaching,
      PacketSet wanted,
      PacketSet ended,
      PacketSet left,
      boolean changes) {
    /** Packets that are asked and pass all tests. */
    PacketSet matching() {
      return reaching.and(wanted);
    }

    Chain chain() {
      return frame.chain();
    }
  }

  /**
   * What becomes of packets.
   *
   * @param verdict accept, drop, stolen or a queue
   * @param statement the reject or translation that says more; empty for plain verdicts and the
   *     policy
   * @param rule the rule that decides; empty for the policy
   */
  public record Outcome(
      PacketSet packets,
      Verdict verdict,
      Optional<Statement> statement,
      Chain chain,
      Optional<Rule> rule) {}

  /**
   * Asks a base chain.
   *
   * @param coming the packets that are asked
   * @throws SpaceExhausted if that takes too much memory or too many steps
   */
  public static ChainFlow run(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming) {
    return run(setting, base, packet, coming, Extent.TILL_EMPTY);
  }

  /**
   * The same with all rules of the chains that packets enter, also those that no packet gets to any
   * more.
   */
  static ChainFlow withAllRules(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming) {
    return run(setting, base, packet, coming, Extent.ALL_RULES);
  }

  /**
   * The same without following who gets where: each rule is asked by all packets that its callers
   * may send, and what it changes it may have changed or not. Takes far less.
   */
  static ChainFlow withinBounds(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming) {
    return run(setting, base, packet, coming, Extent.WITHIN_BOUNDS);
  }

  /** How far a run goes. */
  private enum Extent {
    TILL_EMPTY(2_000_000),
    ALL_RULES(200_000),
    WITHIN_BOUNDS(400_000);

    private final int mostSteps;

    Extent(int mostSteps) {
      this.mostSteps = mostSteps;
    }
  }

  private static ChainFlow run(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming, Extent extent) {
    ChainFlow flow = new ChainFlow(setting, packet, extent);
    PacketSet left = flow.chain(new Frame(base, -1, coming), coming, 0);
    if (!left.isEmpty()) {
      flow.outcomes.add(new Outcome(left, base.policy(), Optional.empty(), base, Optional.empty()));
    }
    return flow;
  }

  /** Each rule on each way to it, in the order of the walk. */
  List<Passing> passings() {
    return Collections.unmodifiableList(passings);
  }

  /** The packets that match each rule, on any way to it; no entry for rules that are not asked. */
  public Map<Rule, PacketSet> matching() {
    Map<Rule, PacketSet> matching = new IdentityHashMap<>();
    passings.forEach(p -> matching.merge(p.rule(), p.matching(), PacketSet::or));
    return matching;
  }

  /** What becomes of the packets; the sets have no packet in common, and together are all. */
  public List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  /** Packets that the chain accepts. */
  public PacketSet accepted() {
    PacketSet all = packet.space().none();
    for (Outcome outcome : outcomes) {
      all = outcome.verdict() == Verdict.Simple.ACCEPT ? all.or(outcome.packets()) : all;
    }
    return all;
  }

  /** What the packets look like afterwards. */
  public SymbolicPacket packet() {
    return packet;
  }

  /** The packets that come to the end of the chain, or return from it. */
  private PacketSet chain(Frame frame, PacketSet coming, int depth) {
    PacketSet here = coming;
    PacketSet returned = packet.space().none();
    for (Rule rule : frame.chain().rules()) {
      if (here.isEmpty() && extent == Extent.TILL_EMPTY) {
        break;
      }
      if (passings.size() >= extent.mostSteps) {
        throw SpaceExhausted.ofSteps(extent.mostSteps);
      }
      RuleFlow run = RuleFlow.of(setting, packet, rule, here);
      int place = passings.size();
      passings.add(passing(frame, rule, here, run));
      packet = after(rule, run);
      if (extent == Extent.WITHIN_BOUNDS) {
        enter(run.decisions(), place, depth + 1);
        continue;
      }
      PacketSet next = run.passing();
      for (RuleFlow.Decision decision : run.decisions()) {
        Verdict verdict = decision.verdict();
        if (verdict == Verdict.Simple.RETURN) {
          returned = returned.or(decision.packets());
        } else if (verdict instanceof Verdict.Goto) {
          String target = ((Verdict.Goto) verdict).chain();
          returned = returned.or(follow(target, place, decision, depth + 1));
        } else if (verdict instanceof Verdict.Jump) {
          String target = ((Verdict.Jump) verdict).chain();
          next = next.or(follow(target, place, decision, depth + 1));
        } else if (!decision.packets().isEmpty()) {
          outcomes.add(
              new Outcome(
                  decision.packets(),
                  verdict,
                  decision.statement(),
                  frame.chain(),
                  Optional.of(rule)));
        }
      }
      here = next;
    }
    return returned.or(here);
  }

  /** Into the chains that a rule leads to, whatever packets come back. */
  private void enter(List<RuleFlow.Decision> decisions, int place, int depth) {
    for (RuleFlow.Decision decision : decisions) {
      Verdict verdict = decision.verdict();
      if (verdict instanceof Verdict.Jump) {
        follow(((Verdict.Jump) verdict).chain(), place, decision, depth);
      } else if (verdict instanceof Verdict.Goto) {
        follow(((Verdict.Goto) verdict).chain(), place, decision, depth);
      }
    }
  }

  /** Within bounds it is not known which packets get to the rule. */
  private SymbolicPacket after(Rule rule, RuleFlow run) {
    return run.packet() == packet || extent != Extent.WITHIN_BOUNDS
        ? run.packet()
        : packet.blurred(run.packet(), rule, setting.doubts());
  }

  private Passing passing(Frame frame, Rule rule, PacketSet here, RuleFlow run) {
    PacketSet ended = packet.space().none();
    PacketSet left = ended;
    for (RuleFlow.Decision decision : run.decisions()) {
      Verdict verdict = decision.verdict();
      if (verdict == Verdict.Simple.RETURN || verdict instanceof Verdict.Goto) {
        left = left.or(decision.wanted());
      } else if (!(verdict instanceof Verdict.Jump)) {
        ended = ended.or(decision.wanted());
      }
    }
    boolean changes = run.packet() != packet;
    return new Passing(frame, rule, here, run.wanted(), ended, left, changes);
  }

  private PacketSet follow(String name, int place, RuleFlow.Decision decision, int depth) {
    Optional<Chain> target = setting.table().chain(name);
    if (target.isEmpty()) {
      return decision.packets();
    }
    if (depth > ChainWalk.MAX_DEPTH) {
      Passing from = passings.get(place);
      if (!decision.packets().isEmpty()) {
        outcomes.add(
            new Outcome(
                decision.packets(),
                Verdict.Simple.DROP,
                Optional.empty(),
                from.chain(),
                Optional.of(from.rule())));
      }
      return packet.space().none();
    }
    return chain(new Frame(target.get(), place, decision.wanted()), decision.packets(), depth);
  }
}
