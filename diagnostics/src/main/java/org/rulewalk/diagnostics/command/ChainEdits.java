package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/** Changes of chains and rules that all tools share. */
public final class ChainEdits {
  private ChainEdits() {}

  /** The table with a chain in the place of the one of its name, or at the end. */
  public static Table with(Table table, Chain changed) {
    List<Chain> chains = new ArrayList<>();
    boolean found = false;
    for (Chain chain : table.chains()) {
      boolean same = chain.name().equals(changed.name());
      found |= same;
      chains.add(same ? changed : chain);
    }
    if (!found) {
      chains.add(changed);
    }
    return table.with(chains);
  }

  static Table without(Table table, String chain) {
    return table.with(table.chains().stream().filter(each -> !each.name().equals(chain)).toList());
  }

  /** The chain with a rule at a place from 0. */
  static Chain inserted(Chain chain, int place, Rule rule) {
    List<Rule> rules = new ArrayList<>(chain.rules());
    rules.add(place, rule);
    return numbered(chain, rules);
  }

  static Chain replaced(Chain chain, int place, Rule rule) {
    List<Rule> rules = new ArrayList<>(chain.rules());
    rules.set(place, rule);
    return numbered(chain, rules);
  }

  static Chain removed(Chain chain, int place) {
    List<Rule> rules = new ArrayList<>(chain.rules());
    rules.remove(place);
    return numbered(chain, rules);
  }

  static Chain emptied(Chain chain) {
    return chain.with(List.of());
  }

  private static Chain numbered(Chain chain, List<Rule> rules) {
    List<Rule> numbered = new ArrayList<>();
    for (Rule rule : rules) {
      numbered.add(rule.numbered(numbered.size() + 1));
    }
    return chain.with(numbered);
  }

  /** The place in the order of creation that a base chain made now gets. */
  static int nextOrder(Ruleset ruleset) {
    int highest = 0;
    for (Table table : ruleset.tables()) {
      for (Chain chain : table.chains()) {
        highest =
            chain instanceof Chain.Base ? Math.max(highest, ((Chain.Base) chain).order()) : highest;
      }
    }
    return highest + 1;
  }

  /** The chains that a rule leads to. */
  public static Set<String> targets(Rule rule) {
    Set<String> targets = new LinkedHashSet<>();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Statement.Decide) {
        target(((Statement.Decide) statement).verdict()).ifPresent(targets::add);
      } else if (statement instanceof Statement.DecideByMap) {
        SetReference map = ((Statement.DecideByMap) statement).map();
        if (map instanceof SetReference.Anonymous) {
          targets.addAll(targets(((SetReference.Anonymous) map).elements()));
        }
      }
    }
    return targets;
  }

  private static Set<String> targets(ElementSet elements) {
    Set<String> targets = new LinkedHashSet<>();
    for (ElementSet.Element element : elements.elements()) {
      element.verdict().flatMap(ChainEdits::target).ifPresent(targets::add);
    }
    return targets;
  }

  static Optional<String> target(Verdict verdict) {
    if (verdict instanceof Verdict.Jump) {
      return Optional.of(((Verdict.Jump) verdict).chain());
    }
    return verdict instanceof Verdict.Goto
        ? Optional.of(((Verdict.Goto) verdict).chain())
        : Optional.empty();
  }

  /** Whether a rule or map of the table leads to the chain. */
  static boolean isUsed(Table table, String chain) {
    boolean byRule =
        table.chains().stream()
            .flatMap(each -> each.rules().stream())
            .anyMatch(rule -> targets(rule).contains(chain));
    return byRule
        || table.sets().values().stream()
            .map(NamedSet::elements)
            .anyMatch(elements -> targets(elements).contains(chain));
  }

  /** The table in which a chain has another name, and rules that led to it still do. */
  static Table renamed(Table table, String old, String name) {
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : table.chains()) {
      List<Rule> rules = chain.rules().stream().map(rule -> renamed(rule, old, name)).toList();
      Chain changed = chain.with(rules);
      boolean regular = changed instanceof Chain.Regular && chain.name().equals(old);
      chains.add(
          regular
              ? new Chain.Regular(name, rules, ((Chain.Regular) changed).comment(), chain.source())
              : changed);
    }
    return table.with(chains);
  }

  private static Rule renamed(Rule rule, String old, String name) {
    List<Statement> statements = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      boolean jumps =
          statement instanceof Statement.Decide
              && target(((Statement.Decide) statement).verdict()).filter(old::equals).isPresent();
      if (jumps) {
        Verdict verdict = ((Statement.Decide) statement).verdict();
        statements.add(
            new Statement.Decide(
                verdict instanceof Verdict.Jump ? new Verdict.Jump(name) : new Verdict.Goto(name)));
      } else {
        statements.add(statement);
      }
    }
    return new Rule(
        rule.number(),
        statements,
        rule.handle(),
        rule.comment(),
        rule.counter(),
        rule.source(),
        rule.alsoAt());
  }

  /** Whether two rules say the same, whatever they counted. */
  public static boolean isSame(Rule one, Rule other) {
    return meaning(one).equals(meaning(other)) && one.comment().equals(other.comment());
  }

  /** The statements without counters, and without what only versions of tools differ in. */
  static List<Statement> meaning(Rule rule) {
    return rule.statements().stream()
        .filter(statement -> !isCounter(statement) && needed(statement).isEmpty())
        .toList();
  }

  private static boolean isCounter(Statement statement) {
    return statement instanceof Statement.Note
        && ((Statement.Note) statement).kind() == Statement.Note.Kind.COUNTER;
  }

  private static Optional<NeededHeader> needed(Statement statement) {
    return statement instanceof Match.Extension
            && ((Match.Extension) statement).match() instanceof NeededHeader
        ? Optional.of((NeededHeader) ((Match.Extension) statement).match())
        : Optional.empty();
  }

  /** Whether the rule was loaded by a version that does not write ports as nftables' own. */
  static boolean needsPorts(Rule rule) {
    return rule.statements().stream()
        .flatMap(statement -> needed(statement).stream())
        .anyMatch(header -> header.asker().equals("tcp") || header.asker().equals("udp"));
  }
}
