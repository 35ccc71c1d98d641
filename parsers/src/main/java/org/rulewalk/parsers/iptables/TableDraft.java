package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/** A table of a dump that is being read. */
final class TableDraft {
  private final Family family;
  private final String name;
  private final Source where;
  private final Map<String, ChainDraft> chains = new LinkedHashMap<>();

  /** A chain that is being read. */
  private record ChainDraft(
      String name,
      Verdict.Simple policy,
      Optional<Chain.Counter> counter,
      Source where,
      List<Rule> rules) {}

  TableDraft(Family family, String name, Source where) {
    this.family = family;
    this.name = name;
    this.where = where;
  }

  String name() {
    return name;
  }

  void declare(String chain, Verdict.Simple policy, Optional<Chain.Counter> counter, Source at) {
    List<Rule> rules = chains.containsKey(chain) ? chains.get(chain).rules() : new ArrayList<>();
    chains.put(chain, new ChainDraft(chain, policy, counter, at, rules));
  }

  private List<Rule> rulesOf(String chain, Source at, Problems problems) {
    if (!chains.containsKey(chain)) {
      if (Builtin.place(name, chain).isEmpty()) {
        problems.warn(
            "undeclared-chain",
            "the chain `" + chain + "` is not declared in table `" + name + "`",
            at,
            0,
            "iptables-restore would refuse this line");
      }
      declare(chain, Verdict.Simple.ACCEPT, Optional.empty(), at);
    }
    return chains.get(chain).rules();
  }

  void append(String chain, Rule rule, Problems problems) {
    rulesOf(chain, rule.source(), problems).add(rule);
  }

  void insert(String chain, int place, Rule rule, Problems problems) {
    List<Rule> rules = rulesOf(chain, rule.source(), problems);
    rules.add(Math.max(0, Math.min(place - 1, rules.size())), rule);
  }

  void flush(String chain) {
    if (chains.containsKey(chain)) {
      chains.get(chain).rules().clear();
    }
  }

  Table toTable(Table.Tool tool) {
    List<Chain> made = new ArrayList<>();
    for (ChainDraft draft : chains.values()) {
      made.add(toChain(draft));
    }
    return new Table(family, name, tool, made, Map.of(), List.of(), false, "", where);
  }

  private Chain toChain(ChainDraft draft) {
    List<Rule> numbered = new ArrayList<>();
    for (Rule rule : draft.rules()) {
      numbered.add(rule.numbered(numbered.size() + 1));
    }
    return Builtin.place(name, draft.name())
        .<Chain>map(
            place ->
                new Chain.Base(
                    draft.name(),
                    numbered,
                    place.type(),
                    place.hook(),
                    place.priority(),
                    draft.policy(),
                    List.of(),
                    draft.counter(),
                    "",
                    draft.where(),
                    draft.where(),
                    -1))
        .orElseGet(() -> new Chain.Regular(draft.name(), numbered, "", draft.where()));
  }

  /** Says which jumps lead nowhere, and which chains lead back to themselves. */
  void checkJumps(Problems problems) {
    for (ChainDraft chain : chains.values()) {
      for (Rule rule : chain.rules()) {
        target(rule)
            .filter(target -> !chains.containsKey(target))
            .ifPresent(
                target ->
                    problems.warn(
                        "missing-chain",
                        "the chain `" + target + "` does not exist in table `" + name + "`",
                        rule.source(),
                        0,
                        "iptables-restore would refuse this line"));
      }
    }
    new JumpLoops(this::targets)
        .find(chains.keySet())
        .forEach(
            chain ->
                problems.warn(
                    "chain-loop",
                    "the chain `" + chain + "` leads back to itself",
                    chains.get(chain).where(),
                    0,
                    "the kernel would refuse this table"));
  }

  private List<String> targets(String chain) {
    List<String> targets = new ArrayList<>();
    for (Rule rule : chains.get(chain).rules()) {
      target(rule).filter(chains::containsKey).ifPresent(targets::add);
    }
    return targets;
  }

  private static Optional<String> target(Rule rule) {
    for (Statement statement : rule.statements()) {
      if (statement instanceof Statement.Decide) {
        Verdict verdict = ((Statement.Decide) statement).verdict();
        if (verdict instanceof Verdict.Jump) {
          return Optional.of(((Verdict.Jump) verdict).chain());
        }
        if (verdict instanceof Verdict.Goto) {
          return Optional.of(((Verdict.Goto) verdict).chain());
        }
      }
    }
    return Optional.empty();
  }
}
