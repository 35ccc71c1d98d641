package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Verdict;

/**
 * One chain: finds the next rule that a packet can match. Immutable.
 *
 * <p>After a change the rules that were there stay compiled as they were; new ones are asked one by
 * one.
 */
final class CompiledChain {
  /** With more new and removed rules, compiling all anew is cheaper than asking them. */
  private static final int MOST_CHANGES = 256;

  private final Chain chain;
  private final CompiledRules compiled;
  private final Pieces pieces;
  private final int[] removed;

  private CompiledChain(Chain chain, CompiledRules compiled, Pieces pieces, int[] removed) {
    this.chain = chain;
    this.compiled = compiled;
    this.pieces = pieces;
    this.removed = removed;
  }

  static CompiledChain of(Chain chain, Conditions conditions) {
    CompiledRules compiled = CompiledRules.of(chain.rules(), conditions);
    return new CompiledChain(chain, compiled, Pieces.whole(chain.rules().size()), new int[0]);
  }

  /** The form of the chain after a change; empty where it has to be compiled anew. */
  Optional<CompiledChain> changed(Chain now) {
    List<Rule> before = chain.rules();
    List<Rule> after = now.rules();
    int shorter = Math.min(before.size(), after.size());
    int front = 0;
    while (front < shorter && isSame(before.get(front), after.get(front))) {
      front++;
    }
    int back = 0;
    while (back < shorter - front
        && isSame(before.get(before.size() - 1 - back), after.get(after.size() - 1 - back))) {
      back++;
    }
    Pieces other = pieces.replaced(front, before.size() - back, after.size() - back - front);
    return other.changes(compiled.size()) > MOST_CHANGES
        ? Optional.empty()
        : Optional.of(new CompiledChain(now, compiled, other, other.missing(compiled.size())));
  }

  /** Renumbered rules keep their statements. */
  private static boolean isSame(Rule one, Rule two) {
    return one == two || one.statements() == two.statements();
  }

  Chain chain() {
    return chain;
  }

  ChainKey key() {
    return compiled.key();
  }

  /**
   * Whether a rule in front of this one would end the walk of this packet: it came there as another
   * packet.
   */
  boolean endsInFront(long[] packet, int rule) {
    int at = rule;
    while (at < pieces.size() && pieces.old(at) == Pieces.NEW) {
      at = pieces.end(pieces.at(at));
    }
    return compiled.endsInFront(at < pieces.size() ? pieces.old(at) : compiled.size(), packet);
  }

  /**
   * The next rule, at or behind this one, that can match the packet; -1 if there is none.
   *
   * @param behindAnEnd what {@link #endsInFront} says of the packet and where it became what it is
   */
  int next(long[] packet, int rule, boolean behindAnEnd) {
    int at = rule;
    while (at < pieces.size()) {
      int piece = pieces.at(at);
      int old = pieces.old(at);
      if (old == Pieces.NEW) {
        return at;
      }
      int found = behindAnEnd ? compiled.nextBehindAnEnd(packet, old) : behindRemoved(packet, old);
      int place = pieces.starts()[piece] + found - pieces.old()[piece];
      if (found >= 0 && place < pieces.end(piece)) {
        return place;
      }
      at = pieces.end(piece);
    }
    return -1;
  }

  /** A removed rule may have ended the search for this packet. */
  private int behindRemoved(long[] packet, int old) {
    for (int gone : removed) {
      if (gone >= old) {
        break;
      }
      if (compiled.endsAt(gone, packet)) {
        return compiled.nextBehindAnEnd(packet, old);
      }
    }
    return compiled.next(packet, old);
  }

  /** What the rule says of a packet that it can match; BREAK where it has to be asked. */
  Verdict verdict(int rule) {
    int old = pieces.old(rule);
    return old == Pieces.NEW ? Verdict.Simple.BREAK : compiled.verdict(old);
  }

  /** The rules that are asked one by one. */
  List<Rule> added() {
    List<Rule> added = new ArrayList<>();
    for (int piece = 0; piece < pieces.starts().length; piece++) {
      if (pieces.old()[piece] == Pieces.NEW) {
        added.addAll(chain.rules().subList(pieces.starts()[piece], pieces.end(piece)));
      }
    }
    return added;
  }

  /** Bytes that it takes beside the rules. */
  long bytes() {
    return compiled.bytes();
  }
}
