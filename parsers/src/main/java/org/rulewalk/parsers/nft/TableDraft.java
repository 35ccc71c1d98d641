package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** A table that is being read. */
final class TableDraft {
  private final Family family;
  private final String name;
  private final Source where;
  private final Scope scope;
  private final List<Chain> chains = new ArrayList<>();
  private final Map<String, NamedSet> sets = new LinkedHashMap<>();
  private final List<StatefulObject> objects = new ArrayList<>();
  private String comment = "";
  private boolean dormant;

  TableDraft(Family family, String name, Source where, MergedTests.Loaded loaded) {
    this.family = family;
    this.name = name;
    this.where = where;
    this.scope = new Scope(family, name, loaded);
  }

  Family family() {
    return family;
  }

  String name() {
    return name;
  }

  Scope scope() {
    return scope;
  }

  int chainCount() {
    return chains.size();
  }

  void add(Chain chain) {
    chains.add(chain);
  }

  void add(NamedSet set) {
    sets.put(set.name(), set);
  }

  Map<String, NamedSet> sets() {
    return sets;
  }

  void add(StatefulObject object) {
    objects.add(object);
  }

  void comment(String text) {
    comment = text;
  }

  void dormant() {
    dormant = true;
  }

  /**
   * The table; {@code order} is its place in the listing, and its base chains' orders follow from
   * it.
   */
  Table toTable(int order) {
    List<Chain> ordered = new ArrayList<>();
    chains.addAll(scope.blocks());
    for (Chain chain : chains) {
      ordered.add(
          chain instanceof Chain.Base
              ? ((Chain.Base) chain)
                  .withOrder((order << 16) + Math.min(((Chain.Base) chain).order(), 0xffff))
              : chain);
    }
    Table.Tool tool = NftTextParser.tool(family, name, ordered);
    return new Table(family, name, tool, ordered, sets, objects, dormant, comment, where);
  }
}
