package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;

/**
 * The rules in which two rulesets differ: those that are left when as many as possible are matched
 * up in order. A packet that matches none of them passes both rulesets alike.
 */
final class ChangedRules {
  /** Longer stretches are taken to differ as a whole. */
  private static final int MOST_ALIGNED = 2000;

  private final Ruleset one;
  private final Ruleset other;
  private final List<InTable> rules = new ArrayList<>();
  private boolean all;

  /** A rule that one of the two lacks. */
  record InTable(Table table, Rule rule) {}

  private ChangedRules(Ruleset one, Ruleset other) {
    this.one = one;
    this.other = other;
  }

  /** Empty if they differ in more than rules, so that any packet may be concerned. */
  static Optional<List<InTable>> between(Ruleset one, Ruleset other) {
    ChangedRules changed = new ChangedRules(one, other);
    changed.compare();
    return changed.all ? Optional.empty() : Optional.of(changed.rules);
  }

  private void compare() {
    Map<String, Table> tables = byName(one);
    Map<String, Table> others = byName(other);
    tables.forEach((name, table) -> table(table, Optional.ofNullable(others.get(name))));
    others.forEach(
        (name, table) -> {
          if (!tables.containsKey(name)) {
            table(table, Optional.empty());
          }
        });
  }

  private static Map<String, Table> byName(Ruleset ruleset) {
    Map<String, Table> byName = new HashMap<>();
    ruleset.tables().forEach(table -> byName.put(table.tool() + " " + table.title(), table));
    return byName;
  }

  private void table(Table table, Optional<Table> counterpart) {
    if (counterpart.isEmpty()) {
      table.chains().forEach(chain -> alone(table, chain));
      return;
    }
    Table same = counterpart.get();
    all |= table.dormant() != same.dormant() || !Differences.sameContents(table, same);
    for (Chain chain : table.chains()) {
      Optional<Chain> twin = same.chain(chain.name());
      if (twin.isEmpty()) {
        alone(table, chain);
      } else {
        all |= !declaration(chain).equals(declaration(twin.get()));
        align(table, chain.rules(), same, twin.get().rules());
      }
    }
    for (Chain chain : same.chains()) {
      if (table.chain(chain.name()).isEmpty()) {
        alone(same, chain);
      }
    }
  }

  private void alone(Table table, Chain chain) {
    boolean decides =
        chain instanceof Chain.Base
            && ((Chain.Base) chain).policy() != org.rulewalk.simulator.rules.Verdict.Simple.ACCEPT;
    all |= decides;
    add(table, chain.rules());
  }

  private void add(Table table, List<Rule> lone) {
    lone.forEach(rule -> rules.add(new InTable(table, rule)));
  }

  private static Object declaration(Chain chain) {
    if (chain instanceof Chain.Regular) {
      return "";
    }
    Chain.Base base = (Chain.Base) chain;
    return List.of(
        base.type(),
        base.hook(),
        base.priority().value(),
        base.policy(),
        base.devices(),
        base.order());
  }

  private void align(Table table, List<Rule> mine, Table same, List<Rule> theirs) {
    List<Object> a = mine.stream().map(Differences::effect).toList();
    List<Object> b = theirs.stream().map(Differences::effect).toList();
    int start = 0;
    while (start < Math.min(a.size(), b.size()) && a.get(start).equals(b.get(start))) {
      start++;
    }
    int end = 0;
    while (end < Math.min(a.size(), b.size()) - start
        && a.get(a.size() - 1 - end).equals(b.get(b.size() - 1 - end))) {
      end++;
    }
    List<Rule> left = mine.subList(start, mine.size() - end);
    List<Rule> right = theirs.subList(start, theirs.size() - end);
    if (left.size() > MOST_ALIGNED || right.size() > MOST_ALIGNED) {
      add(table, left);
      add(same, right);
    } else {
      longest(
          table,
          left,
          a.subList(start, a.size() - end),
          same,
          right,
          b.subList(start, b.size() - end));
    }
  }

  /** Matches up as many as possible. */
  private void longest(
      Table table, List<Rule> left, List<Object> a, Table same, List<Rule> right, List<Object> b) {
    int[][] best = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        best[i][j] =
            a.get(i).equals(b.get(j))
                ? best[i + 1][j + 1] + 1
                : Math.max(best[i + 1][j], best[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
        i++;
        j++;
      } else if (j == b.size() || i < a.size() && best[i + 1][j] >= best[i][j + 1]) {
        add(table, left.subList(i, ++i));
      } else {
        add(same, right.subList(j, ++j));
      }
    }
  }
}
