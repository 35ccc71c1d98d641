package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.symbolic.RuleUse;

/** Rules by their numbers, as sentences name them. */
final class RuleNames {
  private static final int MOST_NAMED = 3;

  private RuleNames() {}

  /** {@code rule 3}, {@code rules 3 and 5}, {@code rules 3, 5, 6 and 4 others}. */
  static String numbers(List<Integer> numbers) {
    List<String> names = new ArrayList<>();
    numbers.stream().limit(MOST_NAMED + 1L).forEach(number -> names.add(number.toString()));
    return (numbers.size() == 1 ? "rule " : "rules ") + listed(names, numbers.size());
  }

  /** The same for rules of any chains; those of another chain than this one with its name. */
  static String of(List<RuleUse.Taker> rules, Chain here) {
    List<String> names = new ArrayList<>();
    rules.stream().limit(MOST_NAMED + 1L).forEach(taker -> names.add(of(taker, here)));
    return listed(names, rules.size());
  }

  /** {@code rule 3}, or {@code rule 3 of chain other}. */
  static String of(RuleUse.Taker taker, Chain here) {
    String number = "rule " + taker.rule().number();
    return taker.chain().name().equals(here.name())
        ? number
        : number + " of chain " + taker.chain().name();
  }

  private static String listed(List<String> names, int all) {
    if (names.size() == 1) {
      return names.get(0);
    }
    boolean some = all > names.size();
    List<String> first = names.subList(0, some ? MOST_NAMED : names.size() - 1);
    String last = some ? all - MOST_NAMED + " others" : names.get(names.size() - 1);
    return String.join(", ", first) + " and " + last;
  }
}
