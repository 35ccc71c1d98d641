package org.rulewalk.diagnostics.dom0;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;

/**
 * How dom0's rules of a VM stand in the VM that provides its network.
 *
 * @param rules as dom0 has them
 * @param counted those in force, in the order in which {@code qvm-firewall} counts them
 * @param expired those whose time was over when the rules were captured
 * @param expected what the agent should have made of them
 * @param table where the client's chain is, or should be
 * @param chain the client's chain; of release 3 the one with all clients' rules
 * @param made by a captured rule's number, what it was made from
 * @param lacking what the chain does not have
 * @param strange what the chain has and dom0 does not
 * @param otherResolvers rules for DNS that name other resolvers than the provider has now, by the
 *     captured rule's number
 * @param refused why the agent can't use the rules; empty if it can
 */
public record Standing(
    String vm,
    String provider,
    IpAddress address,
    Generation generation,
    State state,
    VmRules rules,
    List<FirewallRule> counted,
    List<FirewallRule> expired,
    List<Expected> expected,
    Optional<Table> table,
    Optional<Chain> chain,
    Map<Integer, Expected> made,
    List<Expected> lacking,
    List<Rule> strange,
    List<Integer> otherResolvers,
    Optional<String> refused) {
  /** Keeps copies. */
  public Standing {
    counted = List.copyOf(counted);
    expired = List.copyOf(expired);
    expected = List.copyOf(expected);
    made = Collections.unmodifiableMap(new TreeMap<>(made));
    lacking = List.copyOf(lacking);
    strange = List.copyOf(strange);
    otherResolvers = List.copyOf(otherResolvers);
  }

  /** Whether the kernel has what dom0 wants. */
  public enum State {
    /** The chain is the one that follows from dom0's rules. */
    IN_FORCE,
    /** It is another one: the rules changed since, or somebody changed the chain. */
    STALE,
    /** There is no chain, or no packet gets to it. */
    MISSING,
    /** The chain is one reject: the agent could not use the rules. */
    BLOCKED,
    /** The agent does not run: VMs' rules are nowhere. */
    NOT_RUNNING
  }

  /** The rule of dom0 behind a rule of the captured chain. */
  public Optional<Origin> origin(Rule rule) {
    return Optional.ofNullable(made.get(rule.number())).map(Expected::origin);
  }

  /** A rule's number as {@code qvm-firewall} counts, which leaves out what has expired. */
  public Optional<Integer> number(FirewallRule rule) {
    if (rules.old().isPresent() && generation == Generation.FORWARD_CHAIN) {
      return Optional.of(rule.number());
    }
    int place = counted.indexOf(rule);
    return place < 0 ? Optional.empty() : Optional.of(place);
  }
}
