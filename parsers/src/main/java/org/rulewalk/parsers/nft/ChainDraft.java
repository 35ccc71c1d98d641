package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/** A chain that is being read. */
final class ChainDraft {
  private final String name;
  private final Source where;
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> devices = new ArrayList<>();
  private Optional<Hook> hook = Optional.empty();
  private Chain.Type type = Chain.Type.FILTER;
  private Chain.Priority priority = new Chain.Priority(0, "0");
  private Verdict.Simple policy = Verdict.Simple.ACCEPT;
  private Source policySource;
  private String comment = "";

  ChainDraft(String name, Source where) {
    this.name = name;
    this.where = where;
    this.policySource = where;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return rules.isEmpty() && hook.isEmpty();
  }

  int nextNumber() {
    return rules.size() + 1;
  }

  void add(Rule rule) {
    rules.add(rule);
  }

  void declare(Chain.Type chainType, Hook at) {
    type = chainType;
    hook = Optional.of(at);
  }

  void priority(Chain.Priority value) {
    priority = value;
  }

  void policy(Verdict.Simple verdict, Source place) {
    policy = verdict;
    policySource = place;
  }

  void device(String device) {
    devices.add(device);
  }

  void comment(String text) {
    comment = text;
  }

  /** The chain; handles within a table rise in the order of creation. */
  Chain toChain(long handle) {
    if (hook.isEmpty()) {
      return new Chain.Regular(name, rules, comment, where);
    }
    return new Chain.Base(
        name,
        rules,
        type,
        hook.get(),
        priority,
        policy,
        devices,
        Optional.empty(),
        comment,
        where,
        policySource,
        (int) Math.min(handle, Integer.MAX_VALUE >> 8));
  }
}
