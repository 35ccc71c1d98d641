package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.ipset.IpsetSaveParser;
import org.rulewalk.parsers.iptables.IptablesDump;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.nft.NftJsonParser;
import org.rulewalk.parsers.nft.NftListing;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** The parsers of rule languages that a loader uses. None throws for bad input. */
interface RuleParsers {
  /**
   * What a dump holds.
   *
   * @param rules how many rules there are
   * @param understood how many of these are understood in every part
   */
  record Rules(List<Table> tables, int rules, int understood) {
    /** Keeps a copy. */
    public Rules {
      tables = List.copyOf(tables);
    }
  }

  /** The tables of {@code iptables-save} or {@code ip6tables-save}. */
  Rules iptables(SourceText text, IpVersion version, Table.Tool tool, Problems problems);

  /** The tables of {@code nft list ruleset}. */
  Rules nftText(SourceText text, Problems problems, MergedTests.Loaded loaded);

  /** The tables of {@code nft -j list ruleset}. */
  Rules nftJson(SourceText text, Problems problems);

  /** The sets of {@code ipset save}, by name. */
  Map<String, IpSet> ipsets(SourceText text, Problems problems);

  /** The parsers of this module. */
  RuleParsers STANDARD =
      new RuleParsers() {
        @Override
        public Rules iptables(
            SourceText text, IpVersion version, Table.Tool tool, Problems problems) {
          IptablesDump dump = IptablesSaveParser.parse(text, version, tool, problems);
          return new Rules(dump.tables(), dump.rules(), dump.understood());
        }

        @Override
        public Rules nftText(SourceText text, Problems problems, MergedTests.Loaded loaded) {
          return rules(NftTextParser.parse(text, problems, loaded));
        }

        @Override
        public Rules nftJson(SourceText text, Problems problems) {
          return rules(NftJsonParser.parse(text, problems));
        }

        private static Rules rules(NftListing listing) {
          return new Rules(listing.tables(), listing.rules(), listing.understood());
        }

        @Override
        public Map<String, IpSet> ipsets(SourceText text, Problems problems) {
          return IpsetSaveParser.parse(text, problems);
        }
      };
}
