package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** The tables of a listing as they are read: a table that is named again is the same. */
final class TableAssembly {
  private final List<TableDraft> drafts = new ArrayList<>();

  TableDraft table(Family family, String name, Source where) {
    for (TableDraft draft : drafts) {
      if (draft.family() == family && draft.name().equals(name)) {
        return draft;
      }
    }
    TableDraft draft = new TableDraft(family, name, where);
    drafts.add(draft);
    return draft;
  }

  List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (TableDraft draft : drafts) {
      tables.add(draft.toTable(tables.size()));
    }
    return tables;
  }

  static Chain.Type type(String word) {
    switch (word) {
      case "filter":
        return Chain.Type.FILTER;
      case "nat":
        return Chain.Type.NAT;
      case "route":
        return Chain.Type.ROUTE;
      default:
        throw new Misread("`" + word + "` is no type of chain");
    }
  }
}
