package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** The tables of a listing as they are read: a table that is named again is the same. */
final class TableAssembly {
  private final List<TableDraft> drafts = new ArrayList<>();
  private MergedTests.Loaded loaded;

  TableAssembly(MergedTests.Loaded loaded) {
    this.loaded = loaded;
  }

  /** Takes note of what the listing says of its tool's version. */
  void loadedBy(MergedTests.Loaded version) {
    loaded = version;
  }

  /** How this version of nft loads neighbouring tests: {@code 1.0.6}. */
  static MergedTests.Loaded loaded(String version) {
    String[] numbers = version.split("\\.");
    boolean known =
        numbers.length >= 2
            && Literals.number(numbers[0]).isPresent()
            && Literals.number(numbers[1]).isPresent();
    if (!known) {
      return MergedTests.Loaded.UNKNOWN;
    }
    boolean old = numbers[0].equals("0") || numbers[0].equals("1") && numbers[1].equals("0");
    return old ? MergedTests.Loaded.AS_ONE : MergedTests.Loaded.SEPARATELY;
  }

  TableDraft table(Family family, String name, Source where) {
    for (TableDraft draft : drafts) {
      if (draft.family() == family && draft.name().equals(name)) {
        return draft;
      }
    }
    TableDraft draft = new TableDraft(family, name, where, loaded);
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
