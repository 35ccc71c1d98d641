package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
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
  private static final int MOST_STEPS = 2_000_000;

  private final Setting setting;
  private final List<Passing> passings = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Rule> callers = new ArrayList<>();
  private final Extent extent;
  private SymbolicPacket packet;

  private ChainFlow(Setting setting, SymbolicPacket packet, Extent extent) {
    this.setting = setting;
    this.packet = packet;
    this.extent = extent;
  }

  /**
   * A rule on one way to it.
   *
   * @param callers the rules whose jumps led to its chain, the first one first
   * @param reaching packets that are asked
   * @param wanted packets that would pass all its tests, whether they are asked or not
   * @param ended those asked that come to their end here, in this base chain
   * @param left those asked that leave the rule's chain by it, to come back elsewhere or not at all
   */
  public record Passing(
      Chain chain,
      Rule rule,
      List<Rule> callers,
      PacketSet reaching,
      PacketSet wanted,
      PacketSet ended,
      PacketSet left) {
    /** Keeps a copy. */
    public Passing {
      callers = List.copyOf(callers);
    }

    /** Packets that are asked and pass all tests. */
    public PacketSet matching() {
      return reaching.and(wanted);
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
  public static ChainFlow withAllRules(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming) {
    return run(setting, base, packet, coming, Extent.ALL_RULES);
  }

  /**
   * The same for the rules of one chain alone: whatever other chains may do to packets, they may,
   * and all packets come back from them. Says less, and takes less.
   */
  public static ChainFlow alone(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming) {
    return run(setting, base, packet, coming, Extent.ONE_CHAIN);
  }

  /** How far a run goes. */
  private enum Extent {
    TILL_EMPTY,
    ALL_RULES,
    ONE_CHAIN
  }

  private static ChainFlow run(
      Setting setting, Chain.Base base, SymbolicPacket packet, PacketSet coming, Extent extent) {
    ChainFlow flow = new ChainFlow(setting, packet, extent);
    PacketSet left = flow.chain(base, coming, 0);
    if (!left.isEmpty()) {
      flow.outcomes.add(new Outcome(left, base.policy(), Optional.empty(), base, Optional.empty()));
    }
    return flow;
  }

  /** Each rule on each way to it, in the order of the walk. */
  public List<Passing> passings() {
    return List.copyOf(passings);
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
  private PacketSet chain(Chain chain, PacketSet coming, int depth) {
    PacketSet here = coming;
    PacketSet returned = packet.space().none();
    for (Rule rule : chain.rules()) {
      if (here.isEmpty() && extent == Extent.TILL_EMPTY) {
        break;
      }
      if (passings.size() >= MOST_STEPS) {
        throw SpaceExhausted.ofSteps(MOST_STEPS);
      }
      RuleFlow run = RuleFlow.of(setting, packet, rule, here);
      packet = run.packet();
      passings.add(passing(chain, rule, here, run));
      PacketSet next = run.passing();
      for (RuleFlow.Decision decision : run.decisions()) {
        Verdict verdict = decision.verdict();
        if (verdict == Verdict.Simple.RETURN) {
          returned = returned.or(decision.packets());
        } else if (verdict instanceof Verdict.Goto) {
          String target = ((Verdict.Goto) verdict).chain();
          returned = returned.or(follow(target, rule, chain, decision.packets(), depth + 1));
        } else if (verdict instanceof Verdict.Jump) {
          String target = ((Verdict.Jump) verdict).chain();
          next = next.or(follow(target, rule, chain, decision.packets(), depth + 1));
        } else {
          outcomes.add(
              new Outcome(
                  decision.packets(), verdict, decision.statement(), chain, Optional.of(rule)));
        }
      }
      here = next;
    }
    return returned.or(here);
  }

  private Passing passing(Chain chain, Rule rule, PacketSet here, RuleFlow run) {
    PacketSet ended = packet.space().none();
    PacketSet left = ended;
    for (RuleFlow.Decision decision : run.decisions()) {
      Verdict verdict = decision.verdict();
      if (verdict == Verdict.Simple.RETURN || verdict instanceof Verdict.Goto) {
        left = left.or(decision.packets());
      } else if (!(verdict instanceof Verdict.Jump)) {
        ended = ended.or(decision.packets());
      }
    }
    return new Passing(chain, rule, callers, here, run.wanted(), ended, left);
  }

  private PacketSet follow(String name, Rule rule, Chain from, PacketSet packets, int depth) {
    Optional<Chain> target = setting.table().chain(name);
    if (target.isEmpty()) {
      return packets;
    }
    if (extent == Extent.ONE_CHAIN) {
      packet = new Changes(new Tests(setting, packet)).anything(packets, rule);
      return packets;
    }
    if (depth > ChainWalk.MAX_DEPTH) {
      outcomes.add(
          new Outcome(packets, Verdict.Simple.DROP, Optional.empty(), from, Optional.of(rule)));
      return packet.space().none();
    }
    callers.add(rule);
    PacketSet back = chain(target.get(), packets, depth);
    callers.remove(callers.size() - 1);
    return back;
  }
}
