package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** The parsers of rule languages that a loader uses. None throws for bad input. */
public interface RuleParsers {
  /** The tables of {@code iptables-save} or {@code ip6tables-save}. */
  List<Table> iptables(SourceText text, IpVersion version, Table.Tool tool, Problems problems);

  /** The tables of {@code nft list ruleset}. */
  List<Table> nftText(SourceText text, Problems problems);

  /** The tables of {@code nft -j list ruleset}. */
  List<Table> nftJson(SourceText text, Problems problems);

  /** The sets of {@code ipset save}, by name. */
  Map<String, IpSet> ipsets(SourceText text, Problems problems);

  /** Reads no rules at all. */
  RuleParsers NONE =
      new RuleParsers() {
        @Override
        public List<Table> iptables(SourceText text, IpVersion version, Table.Tool tool, Problems problems) {
          return List.of();
        }

        @Override
        public List<Table> nftText(SourceText text, Problems problems) {
          return List.of();
        }

        @Override
        public List<Table> nftJson(SourceText text, Problems problems) {
          return List.of();
        }

        @Override
        public Map<String, IpSet> ipsets(SourceText text, Problems problems) {
          return Map.of();
        }
      };
}
