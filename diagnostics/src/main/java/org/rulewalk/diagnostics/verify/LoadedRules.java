package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.ipset.IpsetWriter;
import org.rulewalk.parsers.iptables.IptablesWriter;
import org.rulewalk.parsers.nft.NftWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;

/**
 * A machine's rules as pieces for the tools that load them, in the order in which the captured
 * kernel got its tables: of chains with one priority, the later is asked first.
 */
final class LoadedRules {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<FileKind> LISTINGS = Set.of(FileKind.NFT_TEXT, FileKind.NFT_JSON);
  private static final Map<String, List<String>> BUILT_IN =
      Map.of(
          "raw", List.of("PREROUTING", "OUTPUT"),
          "mangle", List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
          "nat", List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
          "filter", List.of("INPUT", "FORWARD", "OUTPUT"),
          "security", List.of("INPUT", "FORWARD", "OUTPUT"));

  private final Machine machine;
  private final List<LoadReport.FileReport> files;
  private final Set<String> notRebuilt;
  private final ArrayNode pieces = MAPPER.createArrayNode();

  LoadedRules(Capture capture, Machine machine, Set<String> notRebuilt) {
    this.machine = machine;
    this.files = capture.report().machines().getOrDefault(machine.name(), List.of());
    this.notRebuilt = notRebuilt;
  }

  /** Pairs of a tool and what it is to load. */
  ArrayNode pieces() {
    if (!machine.ipsets().isEmpty()) {
      pieces
          .addArray()
          .add("ipset")
          .add(IpsetWriter.write(new TreeMap<>(machine.ipsets()).values()));
    }
    for (Table table : inOrder()) {
      Map<Boolean, List<Chain>> chains =
          table.chains().stream().collect(Collectors.partitioningBy(this::isListed));
      boolean listed = table.tool() == Table.Tool.NFT || !chains.get(true).isEmpty();
      if (!listed || !chains.get(false).isEmpty() && table.tool() != Table.Tool.NFT) {
        dump(table.with(chains.get(false)));
        superfluous(table).ifPresent(text -> pieces.addArray().add("nft").add(text));
      }
      if (listed) {
        listing(table.tool() == Table.Tool.NFT ? table : table.with(chains.get(true)));
      }
    }
    return pieces;
  }

  /** iptables-save invents chains for a table that nft changed: such a chain is nft's alone. */
  private boolean isListed(Chain chain) {
    return files.stream()
        .filter(file -> file.path().equals(chain.source().file()))
        .anyMatch(file -> LISTINGS.contains(file.kind()));
  }

  /** The tables, those first that have the chain that was made first. */
  private List<Table> inOrder() {
    List<Table> tables = new ArrayList<>(machine.ruleset().tables());
    tables.sort((a, b) -> Integer.compare(order(a), order(b)));
    return tables;
  }

  private static int order(Table table) {
    return table.chains().stream()
        .filter(Chain.Base.class::isInstance)
        .mapToInt(chain -> ((Chain.Base) chain).order())
        .filter(order -> order >= 0)
        .min()
        .orElse(-1);
  }

  private void dump(Table table) {
    Problems problems = new Problems();
    String text = IptablesWriter.write(List.of(table), Writing.LOADING, problems);
    String six = table.family() == Family.IP6 ? "ip6" : "ip";
    boolean legacy = table.tool() == Table.Tool.IPTABLES_LEGACY;
    pieces.addArray().add(six + "tables" + (legacy ? "_legacy" : "")).add(text);
    report(problems);
  }

  /** In its own words, or if nft does not understand what it lists, in ours. */
  private void listing(Table table) {
    Problems problems = new Problems();
    String own = NftWriter.write(List.of(table), Writing.LOADING, problems);
    String plain = NftWriter.write(List.of(table), new Writing(false, true), new Problems());
    pieces.addArray().add("nft").add(own).add("nft").add(plain);
    report(problems);
  }

  private void report(Problems problems) {
    problems
        .list()
        .forEach(
            problem -> notRebuilt.add("the rule at " + problem.where() + ": " + problem.message()));
  }

  /**
   * iptables-restore may make all chains of a table, the first command just the one that it needs.
   * What may not be there is added before it is deleted: nft 1.0.6 has no destroy.
   */
  private static Optional<String> superfluous(Table table) {
    if (table.tool() != Table.Tool.IPTABLES_NFT) {
      return Optional.empty();
    }
    List<String> lines =
        BUILT_IN.getOrDefault(table.name(), List.of()).stream()
            .filter(name -> table.chain(name).isEmpty())
            .map(name -> table.title() + " " + name)
            .map(chain -> "add chain " + chain + "\ndelete chain " + chain)
            .toList();
    String text = "add table " + table.title() + "\n" + String.join("\n", lines);
    return lines.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
