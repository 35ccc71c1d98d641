package org.rulewalk.simulator.rules;

import java.util.Optional;

/**
 * Asks one base chain about a packet (kernel: nft_do_chain in net/netfilter/nf_tables_core.c;
 * ipt_do_table for iptables-legacy follows the same rules).
 *
 * <p>Accept ends the base chain only; what other chains at the hook say is the caller's business.
 */
public final class ChainWalk {
  /** How deep jumps may nest: NFT_JUMP_STACK_SIZE. */
  public static final int MAX_DEPTH = 16;

  private final Table table;
  private final Chain.Base base;
  private final PacketContext context;
  private final Recorder recorder;

  private ChainWalk(Table table, Chain.Base base, PacketContext context, Recorder recorder) {
    this.table = table;
    this.base = base;
    this.context = context;
    this.recorder = recorder;
  }

  /** The verdict of the chain: accept, drop, stolen or a queue. */
  public static Verdict run(
      Table table, Chain.Base base, PacketContext context, Recorder recorder) {
    ChainWalk walk = new ChainWalk(table, base, context, recorder);
    Verdict verdict = walk.chain(base, 0);
    if (verdict == Verdict.Simple.RETURN) {
      recorder.policy(table, base);
      return base.policy();
    }
    return verdict;
  }

  /** RETURN means that the end was reached, or a rule returned. */
  private Verdict chain(Chain chain, int depth) {
    for (Rule rule : chain.rules()) {
      Verdict verdict = evaluate(rule);
      if (verdict == Verdict.Simple.BREAK) {
        continue;
      }
      recorder.rule(table, chain, rule, verdict);
      if (verdict == Verdict.Simple.CONTINUE) {
        continue;
      }
      if (verdict instanceof Verdict.Goto) {
        return follow(((Verdict.Goto) verdict).chain(), rule, depth + 1);
      }
      if (verdict instanceof Verdict.Jump) {
        Verdict inner = follow(((Verdict.Jump) verdict).chain(), rule, depth + 1);
        if (inner != Verdict.Simple.RETURN) {
          return inner;
        }
        continue;
      }
      return verdict;
    }
    return Verdict.Simple.RETURN;
  }

  private Verdict follow(String name, Rule rule, int depth) {
    Optional<Chain> target = table.chain(name);
    if (target.isEmpty() || depth > MAX_DEPTH) {
      context.decide(
          new Doubt(Doubt.Kind.MISSING_REFERENCE, "chain " + name, false, rule.source()));
      // the kernel refuses such tables; a circle must not be followed further
      return target.isEmpty() ? Verdict.Simple.RETURN : Verdict.Simple.DROP;
    }
    return chain(target.get(), depth);
  }

  private Verdict evaluate(Rule rule) {
    context.at(table, rule);
    for (Statement statement : rule.statements()) {
      recorder.asks(rule, statement, context);
      Verdict verdict = statement.execute(context);
      if (verdict != Verdict.Simple.CONTINUE) {
        return verdict;
      }
    }
    return Verdict.Simple.CONTINUE;
  }
}
