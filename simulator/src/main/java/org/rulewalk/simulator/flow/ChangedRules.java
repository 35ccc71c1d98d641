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
import org.rulewalk.simulator.rules.Verdict;

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

  /**
   * A rule that one of the two lacks.
   *
   * @param after whether it is new, and not gone
   */
  record InTable(Table table, Chain chain, Rule rule, boolean after) {}

  /**
   * What differs.
   *
   * @param others whether more than rules differ, so that any packet may be concerned
   */
  record Found(List<InTable> rules, boolean others) {}

  private ChangedRules(Ruleset one, Ruleset other) {
    this.one = one;
    this.other = other;
  }

  static Found between(Ruleset one, Ruleset other) {
    ChangedRules changed = new ChangedRules(one, other);
    changed.compare();
    return new Found(List.copyOf(changed.rules), changed.all);
  }

  private void compare() {
    Map<String, Table> tables = byName(one);
    Map<String, Table> others = byName(other);
    tables.forEach((name, table) -> table(table, Optional.ofNullable(others.get(name)), false));
    others.forEach(
        (name, table) -> {
          if (!tables.containsKey(name)) {
            table(table, Optional.empty(), true);
          }
        });
  }

  private static Map<String, Table> byName(Ruleset ruleset) {
    Map<String, Table> byName = new HashMap<>();
    ruleset.tables().forEach(table -> byName.put(table.tool() + " " + table.title(), table));
    return byName;
  }

  private void table(Table table, Optional<Table> counterpart, boolean after) {
    if (counterpart.isEmpty()) {
      table.chains().forEach(chain -> alone(table, chain, after));
      return;
    }
    Table same = counterpart.get();
    all |= table.dormant() != same.dormant() || !Differences.sameContents(table, same);
    for (Chain chain : table.chains()) {
      Optional<Chain> twin = same.chain(chain.name());
      if (twin.isEmpty()) {
        alone(table, chain, false);
      } else {
        all |= !declaration(chain).equals(declaration(twin.get()));
        align(new Side(table, chain, false), new Side(same, twin.get(), true));
      }
    }
    for (Chain chain : same.chains()) {
      if (table.chain(chain.name()).isEmpty()) {
        alone(same, chain, true);
      }
    }
  }

  private void alone(Table table, Chain chain, boolean after) {
    boolean decides =
        chain instanceof Chain.Base && ((Chain.Base) chain).policy() != Verdict.Simple.ACCEPT;
    all |= decides;
    add(new Side(table, chain, after), chain.rules());
  }

  /** One of two chains that are compared. */
  private record Side(Table table, Chain chain, boolean after) {
    List<Rule> rules() {
      return chain.rules();
    }

    List<Object> effects() {
      return chain.rules().stream().map(Differences::effect).toList();
    }
  }

  private void add(Side side, List<Rule> lone) {
    lone.forEach(rule -> rules.add(new InTable(side.table(), side.chain(), rule, side.after())));
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

  private void align(Side one, Side other) {
    List<Object> a = one.effects();
    List<Object> b = other.effects();
    int start = 0;
    while (start < Math.min(a.size(), b.size()) && a.get(start).equals(b.get(start))) {
      start++;
    }
    int end = 0;
    while (end < Math.min(a.size(), b.size()) - start
        && a.get(a.size() - 1 - end).equals(b.get(b.size() - 1 - end))) {
      end++;
    }
    List<Rule> left = one.rules().subList(start, a.size() - end);
    List<Rule> right = other.rules().subList(start, b.size() - end);
    if (left.size() > MOST_ALIGNED || right.size() > MOST_ALIGNED) {
      add(one, left);
      add(other, right);
    } else {
      int[][] best = longest(a.subList(start, a.size() - end), b.subList(start, b.size() - end));
      pickLone(one, left, other, right, best);
    }
  }

  /** How many can be matched up from each pair of places on. */
  private static int[][] longest(List<Object> a, List<Object> b) {
    int[][] best = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        best[i][j] =
            a.get(i).equals(b.get(j))
                ? best[i + 1][j + 1] + 1
                : Math.max(best[i + 1][j], best[i][j + 1]);
      }
    }
    return best;
  }

  private void pickLone(Side one, List<Rule> left, Side other, List<Rule> right, int[][] best) {
    int i = 0;
    int j = 0;
    while (i < left.size() || j < right.size()) {
      boolean same =
          i < left.size()
              && j < right.size()
              && Differences.effect(left.get(i)).equals(Differences.effect(right.get(j)));
      if (same) {
        i++;
        j++;
      } else if (j == right.size() || i < left.size() && best[i + 1][j] >= best[i][j + 1]) {
        add(one, left.subList(i, ++i));
      } else {
        add(other, right.subList(j, ++j));
      }
    }
  }
}
