package org.rulewalk.diagnostics.why;

import java.util.List;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/**
 * A rule that would have let the packet pass but for one or two of its matches.
 *
 * @param differs the matches that failed, in words of the rule's language
 */
public record Nearest(Table table, Chain chain, Rule rule, List<Difference> differs) {
  /** Keeps a copy. */
  public Nearest {
    differs = List.copyOf(differs);
  }

  /**
   * A match that failed.
   *
   * @param field what was looked at: iifname, tcp dport …
   * @param actual what the packet had; empty where it had no such thing
   * @param wanted what the rule asks for
   */
  public record Difference(String field, String actual, String wanted) {}
}
