package org.rulewalk.simulator.compiled;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Packets' ways through the chains of a {@link CompiledTable}, one after the other. Keeps its room
 * for the next packet: one a thread.
 */
public final class CompiledWalk {
  private final CompiledTable table;
  private Map<CompiledChain, Deque<Candidates>> free = Map.of();
  private PacketContext context;
  private Recorder recorder = Recorder.NONE;

  /** Counts what rules changed, so that keys which were written before are written again. */
  private int changes;

  /** How many chains on the way here have written a key. */
  private int open;

  /** Of packets through one table. */
  public CompiledWalk(CompiledTable table) {
    this.table = table;
  }

  /** As {@link CompiledTable#run}. */
  public Verdict run(Chain.Base base, PacketContext packet, Recorder hearing) {
    context = packet;
    recorder = hearing;
    changes = 0;
    open = 0;
    Verdict verdict = chain(base, 0);
    if (verdict == Verdict.Simple.RETURN) {
      recorder.policy(table.table(), base);
      return base.policy();
    }
    return verdict;
  }

  private Verdict chain(Chain chain, int depth) {
    Optional<CompiledChain> compiled = table.compiled(chain);
    if (compiled.isEmpty()) {
      return plain(chain, 0, depth);
    }
    open++;
    if (free.isEmpty()) {
      free = new IdentityHashMap<>(4);
    }
    Deque<Candidates> own = free.computeIfAbsent(compiled.get(), unused -> new ArrayDeque<>(2));
    Candidates candidates = own.isEmpty() ? new Candidates(compiled.get()) : own.pop();
    Verdict verdict = candidates.walk(depth);
    own.push(candidates);
    open--;
    return verdict;
  }

  private Verdict plain(Chain chain, int from, int depth) {
    List<Rule> rules = chain.rules();
    for (int i = from; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      Verdict said = evaluate(rule);
      changes += open > 0 && RuleForm.changes(rule) ? 1 : 0;
      Verdict verdict = after(chain, rule, said, depth);
      if (verdict != Verdict.Simple.CONTINUE) {
        return verdict;
      }
    }
    return Verdict.Simple.RETURN;
  }

  /** A chain of which only the rules that can match are asked. */
  private final class Candidates {
    private final CompiledChain compiled;
    private final ChainKey.Writer writer;
    private int written;
    private boolean behindAnEnd;

    Candidates(CompiledChain compiled) {
      this.compiled = compiled;
      this.writer = compiled.key().new Writer();
    }

    Verdict walk(int depth) {
      Chain chain = compiled.chain();
      written = -1;
      int at = 0;
      while (true) {
        if (written != changes) {
          if (!isKnown(chain)) {
            return plain(chain, at, depth);
          }
          behindAnEnd = at > 0 && compiled.endsInFront(writer.key(), at);
        }
        at = compiled.next(writer.key(), at, behindAnEnd);
        if (at < 0) {
          return Verdict.Simple.RETURN;
        }
        Rule rule = chain.rules().get(at);
        Verdict verdict = after(chain, rule, ask(rule, at), depth);
        if (verdict != Verdict.Simple.CONTINUE) {
          return verdict;
        }
        at++;
      }
    }

    private boolean isKnown(Chain chain) {
      context.at(table.table(), chain.rules().get(0));
      written = changes;
      return writer.write(context);
    }

    private Verdict ask(Rule rule, int at) {
      Verdict told = compiled.verdict(at);
      if (told != Verdict.Simple.BREAK) {
        context.at(table.table(), rule);
        return told;
      }
      Verdict verdict = evaluate(rule);
      changes += RuleForm.changes(rule) ? 1 : 0;
      return verdict;
    }
  }

  /**
   * Follows what a rule said, as {@link ChainWalk} does.
   *
   * @return CONTINUE to go on behind the rule, else what the chain says
   */
  private Verdict after(Chain chain, Rule rule, Verdict verdict, int depth) {
    if (verdict == Verdict.Simple.BREAK) {
      return Verdict.Simple.CONTINUE;
    }
    recorder.rule(table.table(), chain, rule, verdict);
    if (verdict instanceof Verdict.Goto) {
      return follow(((Verdict.Goto) verdict).chain(), rule, depth + 1);
    }
    if (verdict instanceof Verdict.Jump) {
      Verdict inner = follow(((Verdict.Jump) verdict).chain(), rule, depth + 1);
      return inner == Verdict.Simple.RETURN ? Verdict.Simple.CONTINUE : inner;
    }
    return verdict;
  }

  private Verdict follow(String name, Rule rule, int depth) {
    Optional<Chain> target = table.chain(name);
    if (target.isEmpty() || depth > ChainWalk.MAX_DEPTH) {
      context.decide(
          new Doubt(Doubt.Kind.MISSING_REFERENCE, "chain " + name, false, rule.source()));
      return target.isEmpty() ? Verdict.Simple.RETURN : Verdict.Simple.DROP;
    }
    return chain(target.get(), depth);
  }

  private Verdict evaluate(Rule rule) {
    context.at(table.table(), rule);
    List<Statement> statements = rule.statements();
    for (int i = 0; i < statements.size(); i++) {
      Verdict verdict = statements.get(i).execute(context);
      if (verdict != Verdict.Simple.CONTINUE) {
        return verdict;
      }
    }
    return Verdict.Simple.CONTINUE;
  }
}
