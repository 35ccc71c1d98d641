package org.rulewalk.diagnostics.why;

import java.util.Locale;
import java.util.OptionalInt;
import org.rulewalk.simulator.value.Source;

/**
 * What a counter shows of the packet that was asked about.
 *
 * @param chain table and chain of the rule, as a listing has them
 * @param rule the rule's number; empty for a policy
 * @param packets how many it has counted
 * @param cause the place, among the causes, of the one that it belongs to
 */
public record Counted(
    Kind kind,
    String machine,
    String chain,
    OptionalInt rule,
    long packets,
    Source source,
    OptionalInt cause) {
  /** What a counter may show. */
  public enum Kind {
    /** The rule lies on the way, but no packet has got there since it was loaded. */
    NEVER_REACHED,
    /** It has dropped packets. */
    DROPPED;

    /** The word of the JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
