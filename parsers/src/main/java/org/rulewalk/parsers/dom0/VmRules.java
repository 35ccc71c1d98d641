package org.rulewalk.parsers.dom0;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * The firewall rules of one VM as dom0 has them. Behind the last one stands an invisible one that
 * rejects all.
 *
 * @param rules as release 4 reads them, in their order
 * @param old what release 3 makes of the same; empty where the text is of release 4
 * @param source the file
 */
public record VmRules(List<FirewallRule> rules, Optional<Old> old, Source source) {
  /** Keeps a copy. */
  public VmRules {
    rules = List.copyOf(rules);
  }

  /** Rules of release 4. */
  VmRules(List<FirewallRule> rules, Source source) {
    this(rules, Optional.empty(), source);
  }

  /**
   * The list of release 3: what is listed gets one fate, all else the other.
   *
   * @param allows whether what is not listed passes
   * @param rules the listed ones, numbered from 1, with the action that the policy gives them
   * @param source where policy and the rest is said
   */
  public record Old(
      boolean allows,
      boolean dns,
      boolean icmp,
      boolean yumProxy,
      List<FirewallRule> rules,
      Source source) {
    /** Keeps a copy. */
    public Old {
      rules = List.copyOf(rules);
    }
  }

  /** The rule with this number. */
  public Optional<FirewallRule> rule(int number) {
    return rules.stream().filter(rule -> rule.number() == number).findFirst();
  }
}
