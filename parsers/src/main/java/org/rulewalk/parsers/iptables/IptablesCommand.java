package org.rulewalk.parsers.iptables;

import java.util.List;
import java.util.OptionalInt;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What the words behind {@code iptables} or {@code ip6tables} ask for (man 8 iptables).
 *
 * @param chain the chain; empty where all of the table are meant
 * @param number a rule's number in the chain, from 1; also -1 for what is no number of a rule
 * @param argument the policy, or the new name
 * @param rules for those actions that take rules
 * @param numeric {@code -n}
 * @param verbose {@code -v}
 * @param numbered {@code --line-numbers}
 */
public record IptablesCommand(
    IpVersion version,
    String table,
    Action action,
    String chain,
    OptionalInt number,
    String argument,
    List<RuleSpec> rules,
    boolean numeric,
    boolean verbose,
    boolean numbered) {
  /** Keeps a copy. */
  public IptablesCommand {
    rules = List.copyOf(rules);
  }

  /** What is done. */
  public enum Action {
    APPEND("-A", "--append"),
    CHECK("-C", "--check"),
    DELETE("-D", "--delete"),
    INSERT("-I", "--insert"),
    REPLACE("-R", "--replace"),
    LIST("-L", "--list"),
    SAVE("-S", "--list-rules"),
    FLUSH("-F", "--flush"),
    ZERO("-Z", "--zero"),
    NEW("-N", "--new-chain"),
    REMOVE("-X", "--delete-chain"),
    POLICY("-P", "--policy"),
    RENAME("-E", "--rename-chain");

    private final String brief;
    private final String whole;

    Action(String brief, String whole) {
      this.brief = brief;
      this.whole = whole;
    }

    boolean isCalled(String word) {
      return word.equals(brief) || word.equals(whole);
    }

    /** Whether a rule stands behind it. */
    public boolean takesRule() {
      return this == APPEND || this == CHECK || this == DELETE || this == INSERT || this == REPLACE;
    }

    boolean needsChain() {
      return takesRule() || this == NEW || this == POLICY || this == RENAME;
    }
  }
}
