package org.rulewalk.parsers.write;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rulewalk.parsers.ipset.IpsetWriter;
import org.rulewalk.parsers.iptables.IptablesWriter;
import org.rulewalk.parsers.nft.NftWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;

/** The files of a capture that hold a machine's rules and sets. */
public final class RuleFiles {
  private final Machine machine;
  private final Problems problems;
  private final Map<CaptureFile, String> files = new EnumMap<>(CaptureFile.class);

  /** Tables that are written as iptables-save prints them. */
  private final Set<Table> dumped = new HashSet<>();

  private RuleFiles(Machine machine, Problems problems) {
    this.machine = machine;
    this.problems = problems;
  }

  /**
   * Files with their texts. Those that the capture has are there, and those that the machine's
   * rules now need; what can't be written goes to {@code problems}.
   */
  public static Map<CaptureFile, String> of(Machine machine, Problems problems) {
    RuleFiles writer = new RuleFiles(machine, problems);
    writer.write();
    return writer.files;
  }

  /**
   * Whether iptables' language says more of the table's rules than nft's: so it is for what
   * iptables-save printed.
   */
  public static boolean isDump(Table table) {
    if (table.tool() == Table.Tool.NFT) {
      return false;
    }
    Problems asDump = new Problems();
    IptablesWriter.write(List.of(table), Writing.CAPTURE, asDump);
    if (asDump.list().isEmpty()) {
      return true;
    }
    Problems asListing = new Problems();
    NftWriter.write(List.of(table), Writing.CAPTURE, asListing);
    return asDump.list().size() <= asListing.list().size();
  }

  private void write() {
    machine.ruleset().tables().stream().filter(RuleFiles::isDump).forEach(dumped::add);
    dump(CaptureFile.IPTABLES, Family.IP, Table.Tool.IPTABLES_NFT);
    dump(CaptureFile.IP6TABLES, Family.IP6, Table.Tool.IPTABLES_NFT);
    dump(CaptureFile.IPTABLES_LEGACY, Family.IP, Table.Tool.IPTABLES_LEGACY);
    dump(CaptureFile.IP6TABLES_LEGACY, Family.IP6, Table.Tool.IPTABLES_LEGACY);
    listing();
    if (isCaptured(CaptureFile.IPSETS) || !machine.ipsets().isEmpty()) {
      files.put(CaptureFile.IPSETS, IpsetWriter.write(new TreeMap<>(machine.ipsets()).values()));
    }
  }

  private boolean isCaptured(CaptureFile file) {
    return !machine.missing().contains(file);
  }

  private void dump(CaptureFile file, Family family, Table.Tool tool) {
    List<Table> tables = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      boolean shown = table.family() == family && table.tool() == tool;
      if (shown && dumped.contains(table)) {
        tables.add(table);
      } else if (shown && isCaptured(file)) {
        // iptables-save names it, but the rules are in nft's words
        tables.add(table.with(List.of()));
      }
    }
    if (isCaptured(file) || !tables.isEmpty()) {
      files.put(file, IptablesWriter.write(tables, Writing.CAPTURE, problems));
    }
  }

  /** nft lists the tables of iptables too; what it does not understand of them by name alone. */
  private void listing() {
    List<Table> tables =
        machine.ruleset().tables().stream()
            .filter(table -> table.tool() != Table.Tool.IPTABLES_LEGACY)
            .toList();
    boolean needed = tables.stream().anyMatch(table -> !dumped.contains(table));
    if (isCaptured(CaptureFile.NFTABLES) || needed) {
      files.put(
          CaptureFile.NFTABLES,
          NftWriter.write(
              tables,
              Writing.CAPTURE,
              problems,
              (table, rule) -> dumped.contains(table) ? IptablesWriter.asListed(rule) : ""));
    }
  }
}
