package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/** A list of rules: a base chain that a hook asks, or one that others jump to. */
public sealed interface Chain {
  /** Its name within its table. */
  String name();

  /** Its rules in order. */
  List<Rule> rules();

  /** Where it was declared. */
  Source source();

  /** A chain that only other chains lead to. */
  record Regular(String name, List<Rule> rules, String comment, Source source) implements Chain {
    /** Keeps a copy. */
    public Regular {
      rules = List.copyOf(rules);
    }

    @Override
    public Chain with(List<Rule> other) {
      return new Regular(name, other, comment, source);
    }
  }

  /**
   * A chain that a hook asks.
   *
   * @param type filter, nat or route
   * @param priority lower is asked first
   * @param policy what happens at its end: accept or drop
   * @param devices the devices of an ingress or egress chain
   * @param policyCounter packets and bytes that the policy decided, if the listing tells
   * @param policySource where the policy stands
   * @param order place in the order of creation among all base chains: of equal priorities, the
   *     later asks first; -1 where the capture does not tell
   */
  record Base(
      String name,
      List<Rule> rules,
      Type type,
      Hook hook,
      Priority priority,
      Verdict.Simple policy,
      List<String> devices,
      Optional<Counter> policyCounter,
      String comment,
      Source source,
      Source policySource,
      int order)
      implements Chain {
    /** Keeps copies. */
    public Base {
      rules = List.copyOf(rules);
      devices = List.copyOf(devices);
    }

    @Override
    public Chain with(List<Rule> other) {
      return new Base(
          name,
          other,
          type,
          hook,
          priority,
          policy,
          devices,
          policyCounter,
          comment,
          source,
          policySource,
          order);
    }

    /** The same with another policy. */
    public Base withPolicy(Verdict.Simple other, Source where) {
      return new Base(
          name,
          rules,
          type,
          hook,
          priority,
          other,
          devices,
          policyCounter,
          comment,
          source,
          where,
          order);
    }

    /** The same at another place in the order of creation. */
    public Base withOrder(int other) {
      return new Base(
          name,
          rules,
          type,
          hook,
          priority,
          policy,
          devices,
          policyCounter,
          comment,
          source,
          policySource,
          other);
    }
  }

  /** The same chain with other rules. */
  Chain with(List<Rule> other);

  /** Types of base chain. */
  enum Type {
    /** Sees every packet. */
    FILTER,
    /** Sees the first packet of each connection. */
    NAT,
    /** As filter, at output; routes again if the packet changed. */
    ROUTE
  }

  /**
   * A hook priority.
   *
   * @param value the number that counts
   * @param text as written: {@code filter + 10}, {@code -100}
   */
  record Priority(int value, String text) implements Comparable<Priority> {
    @Override
    public int compareTo(Priority other) {
      return Integer.compare(value, other.value);
    }
  }

  /** Packets and bytes counted so far. */
  record Counter(long packets, long bytes) {}
}
