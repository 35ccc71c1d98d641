package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Table;

/** Changes of the sets of nf_tables. */
final class SetEdits {
  private SetEdits() {}

  static Table with(Table table, NamedSet set) {
    Map<String, NamedSet> sets = new LinkedHashMap<>(table.sets());
    sets.put(set.name(), set);
    return table.withSets(sets);
  }

  static Table without(Table table, String name) {
    Map<String, NamedSet> sets = new LinkedHashMap<>(table.sets());
    sets.remove(name);
    return table.withSets(sets);
  }

  static NamedSet emptied(NamedSet set) {
    return set.with(ElementSet.EMPTY);
  }

  private static boolean holds(NamedSet set, Element element) {
    return set.elements().elements().stream().anyMatch(e -> e.key().equals(element.key()));
  }

  static boolean holdsAny(NamedSet set, NamedSet named) {
    return named.elements().elements().stream().anyMatch(element -> holds(set, element));
  }

  static boolean holdsAll(NamedSet set, NamedSet named) {
    return named.elements().elements().stream().allMatch(element -> holds(set, element));
  }

  static NamedSet withElementsOf(NamedSet set, NamedSet named) {
    List<Element> elements = new ArrayList<>(set.elements().elements());
    for (Element element : named.elements().elements()) {
      if (!holds(set, element)) {
        elements.add(element);
      }
    }
    return set.with(new ElementSet(elements));
  }

  static NamedSet withoutElementsOf(NamedSet set, NamedSet named) {
    return set.with(
        new ElementSet(set.elements().elements().stream().filter(e -> !holds(named, e)).toList()));
  }

  /** Whether a rule names the set. */
  static boolean isUsed(Table table, String set) {
    return table.chains().stream()
        .flatMap(chain -> chain.rules().stream())
        .anyMatch(rule -> rule.statements().toString().contains("Named[name=" + set + "]"));
  }
}
