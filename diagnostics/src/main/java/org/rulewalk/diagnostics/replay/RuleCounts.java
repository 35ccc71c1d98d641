package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
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

    private void add(Bundle bundle, boolean counter) {
      matched += counter ? 0 : bundle.packets;
      if (counter == hasCounter && bundle.packets > 0) {
        packets += bundle.packets;
        bytes += bundle.bytes;
        first = Math.min(first, bundle.first);
        last = Math.max(last, bundle.last);
      }
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

  /** What counts a packet whole, once for all that count it: see {@link RuleCounts#bundle}. */
  static final class Bundle {
    private final List<Passage.Count> members;
    private long packets;
    private long bytes;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private Bundle(List<Passage.Count> members) {
      this.members = members;
    }

    void add(int length, long nanos) {
      packets++;
      bytes += length;
      last = nanos;
      if (first == Long.MAX_VALUE) {
        first = nanos;
      }
    }

    /** Makes its last packet count as if it had been longer. */
    void lengthen(int more) {
      bytes += more;
    }
  }

  /** A list of rules and policies, each known by being this very object. */
  private record Members(List<Passage.Count> counts) {
    @Override
    public boolean equals(Object other) {
      List<Passage.Count> others = ((Members) other).counts;
      if (counts.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < counts.size(); i++) {
        if (counts.get(i).what() != others.get(i).what()
            || counts.get(i).counter() != others.get(i).counter()) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      int hash = 0;
      for (Passage.Count count : counts) {
        hash = 31 * hash + System.identityHashCode(count.what());
      }
      return hash;
    }
  }

  private static final Count NOTHING = new Count("");

  private final Map<Object, Count> counts = new IdentityHashMap<>();
  private final Map<Members, Bundle> bundles = new HashMap<>();

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

  /** What counts all packets that go the way of this one; there are few such ways. */
  Bundle bundle(Passage passage) {
    return bundles.computeIfAbsent(
        new Members(passage.counts()), members -> new Bundle(members.counts()));
  }

  /** Adds up what bundles hold. */
  void settle() {
    for (Bundle bundle : bundles.values()) {
      for (Passage.Count member : bundle.members) {
        counts.computeIfAbsent(member.what(), Count::new).add(bundle, member.counter());
      }
      bundle.packets = 0;
      bundle.bytes = 0;
    }
  }

  /** What a {@link Rule}, or a base chain's policy, counted. */
  public Count of(Object ruleOrChain) {
    return counts.getOrDefault(ruleOrChain, NOTHING);
  }
}
