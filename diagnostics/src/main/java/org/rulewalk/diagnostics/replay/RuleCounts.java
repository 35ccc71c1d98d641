package org.rulewalk.diagnostics.replay;

import java.util.IdentityHashMap;
import java.util.Map;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;

/**
 * What rules and policies counted, as the kernel counts: a rule's counter statement where it has
 * one, else the packets that the rule matched.
 */
public final class RuleCounts {
  /** What one rule or policy counted. */
  public static final class Count {
    private long packets;
    private long bytes;
    private long matched;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private final boolean hasCounter;

    private Count(Object what) {
      hasCounter = what instanceof Rule && hasCounter((Rule) what);
    }

    /** Packets, as a counter would show. */
    public long packets() {
      return packets;
    }

    /** Bytes, as a counter would show. */
    public long bytes() {
      return bytes;
    }

    /** For how many packets the rule or policy decided something. */
    public long matched() {
      return matched;
    }

    /** When it counted first and last, in nanoseconds since 1970. */
    public long firstNanos() {
      return first;
    }

    /** See {@link #firstNanos}. */
    public long lastNanos() {
      return last;
    }

    private void add(Passage.Count count, long nanos) {
      matched += count.counter() ? 0 : 1;
      if (count.counter() == hasCounter) {
        packets++;
        bytes += count.bytes();
        first = Math.min(first, nanos);
        last = Math.max(last, nanos);
      }
    }
  }

  private static final Count NOTHING = new Count("");

  private final Map<Object, Count> counts = new IdentityHashMap<>();

  private static boolean hasCounter(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                s instanceof Statement.Note
                    && ((Statement.Note) s).kind() == Statement.Note.Kind.COUNTER);
  }

  /** Adds what a packet's way counted. */
  void add(Passage passage, long nanos) {
    for (Passage.Count count : passage.counts()) {
      counts.computeIfAbsent(count.what(), Count::new).add(count, nanos);
    }
  }

  /** Makes what counted a packet count as if that had been longer. */
  void lengthen(Passage passage, int bytes) {
    for (Passage.Count count : passage.counts()) {
      Count known = counts.get(count.what());
      if (known != null && count.counter() == known.hasCounter) {
        known.bytes += bytes;
      }
    }
  }

  /** What a {@link Rule}, or a base chain's policy, counted. */
  public Count of(Object ruleOrChain) {
    return counts.getOrDefault(ruleOrChain, NOTHING);
  }
}
