package org.rulewalk.diagnostics.whatif;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.command.SavedText;
import org.rulewalk.parsers.nft.NftWriter;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** What differs between two states of a machine's rules: tables, chains, rules, sets. */
final class RulesetDifferences {
  /** Above this many pairs of rules, those that moved are told as gone and added. */
  private static final long MOST_PAIRS = 4_000_000;

  private final List<Difference> found = new ArrayList<>();

  private RulesetDifferences() {}

  static List<Difference> between(Ruleset before, Ruleset after) {
    RulesetDifferences all = new RulesetDifferences();
    for (Table table : before.tables()) {
      Optional<Table> same = after.tables().stream().filter(table::isSame).findFirst();
      if (same.isEmpty()) {
        all.add(Difference.Kind.TABLE, table.title(), words(table), "", table.source());
      } else if (!table.equals(same.get())) {
        all.tables(table, same.get());
      }
    }
    for (Table table : after.tables()) {
      if (before.tables().stream().noneMatch(table::isSame)) {
        all.add(Difference.Kind.TABLE, table.title(), "", words(table), table.source());
        all.tables(table.with(List.of()).withSets(java.util.Map.of()), table);
      }
    }
    return all.found;
  }

  private void add(Difference.Kind kind, String place, String before, String after, Source source) {
    found.add(new Difference(kind, place, before, after, source));
  }

  private static String words(Table table) {
    int rules = table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
    return table.chains().size() + " chains, " + rules + " rules";
  }

  private void tables(Table before, Table after) {
    if (before.dormant() != after.dormant()) {
      add(Difference.Kind.TABLE, after.title(), on(before), on(after), after.source());
    }
    for (Chain chain : before.chains()) {
      Optional<Chain> same = after.chain(chain.name());
      if (same.isEmpty()) {
        add(Difference.Kind.CHAIN, place(before, chain), words(chain), "", chain.source());
      } else if (!chain.equals(same.get())) {
        chains(before, chain, same.get());
      }
    }
    for (Chain chain : after.chains()) {
      if (before.chain(chain.name()).isEmpty()) {
        add(Difference.Kind.CHAIN, place(after, chain), "", words(chain), chain.source());
        rules(place(after, chain), List.of(), chain.rules());
      }
    }
    sets(before, after);
  }

  private static String on(Table table) {
    return table.dormant() ? "switched off (dormant)" : "in use";
  }

  private static String place(Table table, Chain chain) {
    return table.title() + " " + chain.name();
  }

  private static String words(Chain chain) {
    int rules = chain.rules().size();
    String many = rules == 0 ? "" : rules + (rules == 1 ? " rule" : " rules");
    if (!(chain instanceof Chain.Base)) {
      return many.isEmpty() ? "no rules" : many;
    }
    Chain.Base base = (Chain.Base) chain;
    String type = base.type().name().toLowerCase(Locale.ROOT);
    String hook = base.hook().name().toLowerCase(Locale.ROOT);
    return ("type " + type + " hook " + hook + " priority " + base.priority().text() + " policy ")
        + base.policy().word()
        + (many.isEmpty() ? "" : ", " + many);
  }

  private void chains(Table table, Chain before, Chain after) {
    String old = words(before.with(List.of()));
    String now = words(after.with(List.of()));
    if (!old.equals(now)) {
      Source source =
          after instanceof Chain.Base ? ((Chain.Base) after).policySource() : after.source();
      add(Difference.Kind.CHAIN, place(table, after), old, now, source);
    }
    rules(place(table, after), before.rules(), after.rules());
  }

  /** What a rule does, without its place and what it counted. */
  private static Object meaning(Rule rule) {
    return List.of(rule.statements(), rule.comment());
  }

  private void rules(String chain, List<Rule> before, List<Rule> after) {
    List<Object> old = before.stream().map(RulesetDifferences::meaning).toList();
    List<Object> now = after.stream().map(RulesetDifferences::meaning).toList();
    int start = 0;
    while (start < Math.min(old.size(), now.size()) && old.get(start).equals(now.get(start))) {
      start++;
    }
    int same = 0;
    while (same < Math.min(old.size(), now.size()) - start
        && old.get(old.size() - 1 - same).equals(now.get(now.size() - 1 - same))) {
      same++;
    }
    List<Object> left = old.subList(start, old.size() - same);
    List<Object> right = now.subList(start, now.size() - same);
    boolean[][] kept = kept(left, right);
    for (int i = 0; i < left.size(); i++) {
      if (!kept[0][i]) {
        gone(chain, before.get(start + i));
      }
    }
    for (int i = 0; i < right.size(); i++) {
      if (!kept[1][i]) {
        Rule rule = after.get(start + i);
        add(Difference.Kind.RULE, chain + " rule " + rule.number(), "", text(rule), rule.source());
      }
    }
  }

  private void gone(String chain, Rule rule) {
    add(Difference.Kind.RULE, chain + " rule " + rule.number(), text(rule), "", rule.source());
  }

  /** Which entries of both lists belong to a longest common subsequence. */
  private static boolean[][] kept(List<Object> left, List<Object> right) {
    boolean[][] kept = {new boolean[left.size()], new boolean[right.size()]};
    if ((long) left.size() * right.size() > MOST_PAIRS) {
      return kept;
    }
    int[][] longest = new int[left.size() + 1][right.size() + 1];
    for (int i = left.size() - 1; i >= 0; i--) {
      for (int j = right.size() - 1; j >= 0; j--) {
        longest[i][j] =
            left.get(i).equals(right.get(j))
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < left.size() && j < right.size()) {
      if (left.get(i).equals(right.get(j))) {
        kept[0][i++] = true;
        kept[1][j++] = true;
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
    return kept;
  }

  private static String text(Rule rule) {
    return SavedText.words(rule).or(() -> SavedText.nft(rule)).orElse(rule.source().text());
  }

  private void sets(Table before, Table after) {
    for (NamedSet set : before.sets().values()) {
      if (!after.sets().containsKey(set.name())) {
        add(Difference.Kind.SET, place(before, set), words(set), "", set.source());
      }
    }
    for (NamedSet set : after.sets().values()) {
      NamedSet old = before.sets().get(set.name());
      if (old == null) {
        add(Difference.Kind.SET, place(after, set), "", words(set), set.source());
      } else if (!old.elements().equals(set.elements())) {
        elements(place(after, set), old, set);
      }
    }
  }

  private static String place(Table table, NamedSet set) {
    return table.title() + " " + set.name();
  }

  private static String words(NamedSet set) {
    return "type " + set.keyText() + ", " + set.elements().elements().size() + " elements";
  }

  private void elements(String place, NamedSet before, NamedSet after) {
    List<String> old = NftWriter.elements(before);
    List<String> now = NftWriter.elements(after);
    Set<String> known = new HashSet<>(old);
    Set<String> left = new HashSet<>(now);
    old.stream()
        .filter(element -> !left.contains(element))
        .forEach(e -> add(Difference.Kind.ELEMENT, place, e, "", before.source()));
    now.stream()
        .filter(element -> !known.contains(element))
        .forEach(e -> add(Difference.Kind.ELEMENT, place, "", e, after.source()));
  }
}
