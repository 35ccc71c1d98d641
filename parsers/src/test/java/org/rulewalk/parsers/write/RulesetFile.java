package org.rulewalk.parsers.write;

import java.nio.file.Path;
import java.util.List;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.iptables.IptablesWriter;
import org.rulewalk.parsers.nft.NftJsonParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.nft.NftWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** A file with rules, in which of the languages it is, and what it says. */
record RulesetFile(Path file, Language language, List<Table> tables) {
  /** Languages of rules. */
  enum Language {
    IPTABLES(true),
    IP6TABLES(true),
    IPTABLES_LEGACY(true),
    IP6TABLES_LEGACY(true),
    NFT(false),
    NFT_JSON(false);

    private final boolean dump;

    Language(boolean dump) {
      this.dump = dump;
    }

    /** Whether it is written as iptables-save does; all others are as nft does. */
    boolean isDump() {
      return dump;
    }

    IpVersion version() {
      return name().startsWith("IP6") ? IpVersion.IPV6 : IpVersion.IPV4;
    }

    Table.Tool tool() {
      return name().endsWith("LEGACY") ? Table.Tool.IPTABLES_LEGACY : Table.Tool.IPTABLES_NFT;
    }

    List<Table> parse(SourceText text) {
      Problems problems = new Problems();
      if (this == NFT_JSON) {
        return NftJsonParser.parse(text, problems).tables();
      }
      return dump
          ? IptablesSaveParser.parse(text, version(), tool(), problems).tables()
          : NftTextParser.parse(text, problems).tables();
    }

    /** What is written for it: JSON becomes text. */
    Language written() {
      return this == NFT_JSON ? NFT : this;
    }

    static Language of(Path file) {
      String path = file.toString();
      if (path.endsWith(".json")) {
        return NFT_JSON;
      }
      boolean six = path.contains("ip6tables");
      if (path.endsWith(".legacy.rules") || path.contains("-legacy-save")) {
        return six ? IP6TABLES_LEGACY : IPTABLES_LEGACY;
      }
      boolean dump = path.endsWith(".rules") || path.contains("tables-save");
      return dump ? six ? IP6TABLES : IPTABLES : NFT;
    }
  }

  static RulesetFile read(Path file) {
    Language language = Language.of(file);
    return new RulesetFile(file, language, language.parse(Corpus.text(file)));
  }

  String write(Writing how, Problems problems) {
    return language.isDump()
        ? IptablesWriter.write(tables, how, problems)
        : NftWriter.write(tables, how, problems);
  }

  int rules() {
    return tables.stream()
        .flatMap(table -> table.chains().stream())
        .map(Chain::rules)
        .mapToInt(List::size)
        .sum();
  }

  @Override
  public String toString() {
    return file.getParent().getFileName() + "/" + file.getFileName();
  }
}
