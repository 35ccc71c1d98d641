package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rulewalk.parsers.nft.NftJsonParser;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** The rules of one machine: its dumps, kept until all are there, then read and joined. */
final class MachineRules {
  private static final String LEGACY_WARNING = "tables present, use ip";

  private final RuleParsers parsers;
  private final Problems problems;
  private final Tally tally;
  private final Map<FileKind, List<SourceText>> dumps = new EnumMap<>(FileKind.class);

  MachineRules(RuleParsers parsers, Problems problems, Tally tally) {
    this.parsers = parsers;
    this.problems = problems;
    this.tally = tally;
  }

  /** Takes a file of rules, and the other dumps that it may hold. */
  void file(FileKind named, SourceText text) {
    for (Sections.Section section : Sections.split(text, named)) {
      if (section.kind() != named) {
        problems.note(
            "file-content",
            "the file holds "
                + section.kind().captureFile().orElseThrow().fileName()
                + " by its content: read as that",
            firstLine(section.text()),
            0,
            "");
      }
      dumps.computeIfAbsent(section.kind(), unused -> new ArrayList<>()).add(section.text());
    }
  }

  private static Source firstLine(SourceText text) {
    for (int line = 1; line <= text.lineCount(); line++) {
      if (!text.line(line).isBlank()) {
        return text.atLine(line);
      }
    }
    return text.whole();
  }

  boolean has(CaptureFile file) {
    return dumps.keySet().stream()
        .anyMatch(kind -> kind.captureFile().filter(file::equals).isPresent());
  }

  private List<SourceText> of(FileKind kind) {
    return dumps.getOrDefault(kind, List.of());
  }

  /** The sets of the ipset tool. */
  Map<String, IpSet> ipsets() {
    Map<String, IpSet> sets = new LinkedHashMap<>();
    for (SourceText text : of(FileKind.IPSETS)) {
      Map<String, IpSet> read = parsers.ipsets(text, problems);
      tally.all(text.file(), read.values());
      sets.putAll(read);
    }
    return sets;
  }

  /** All tables. */
  Ruleset ruleset() {
    RulesetMerge merge = new RulesetMerge(problems);
    List<Table> nft = nft(merge);
    List<Table> iptables = new ArrayList<>();
    iptables(FileKind.IPTABLES, IpVersion.IPV4, nft, iptables);
    iptables(FileKind.IP6TABLES, IpVersion.IPV6, nft, iptables);
    List<Table> joined =
        new ArrayList<>(
            has(CaptureFile.NFTABLES) ? merge.join(nft, iptables) : merge.alone(iptables));
    LostArguments.report(joined, problems, tally);
    legacy(FileKind.IPTABLES_LEGACY, IpVersion.IPV4, joined);
    legacy(FileKind.IP6TABLES_LEGACY, IpVersion.IPV6, joined);
    return new Ruleset(joined);
  }

  private List<Table> nft(RulesetMerge merge) {
    List<Table> text = new ArrayList<>();
    boolean broken = false;
    MergedTests.Loaded loaded =
        of(FileKind.NFT_JSON).stream()
            .findFirst()
            .map(NftJsonParser::loaded)
            .orElse(MergedTests.Loaded.UNKNOWN);
    for (SourceText dump : of(FileKind.NFT_TEXT)) {
      Problems own = new Problems();
      text.addAll(tally.rules(dump.file(), parsers.nftText(dump, own, loaded)));
      broken |= own.list().stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
      own.list().forEach(problems::add);
    }
    List<Table> json = new ArrayList<>();
    for (SourceText dump : of(FileKind.NFT_JSON)) {
      json.addAll(tally.rules(dump.file(), parsers.nftJson(dump, problems)));
    }
    if (of(FileKind.NFT_TEXT).isEmpty() || broken && !json.isEmpty()) {
      return json;
    }
    if (!of(FileKind.NFT_JSON).isEmpty()) {
      merge.compare(text, json);
    }
    return text;
  }

  private void iptables(FileKind kind, IpVersion version, List<Table> nft, List<Table> tables) {
    for (SourceText text : of(kind)) {
      Table.Tool tool =
          isLegacy(text, version, nft) ? Table.Tool.IPTABLES_LEGACY : Table.Tool.IPTABLES_NFT;
      tables.addAll(tally.rules(text.file(), parsers.iptables(text, version, tool, problems)));
      warnOfLegacy(text, version);
    }
  }

  /**
   * The header names the variant; without one, tables that nft does not show are the legacy
   * kernel's.
   */
  private boolean isLegacy(SourceText text, IpVersion version, List<Table> nft) {
    String start = text.text().substring(0, Math.min(text.text().length(), 4096));
    if (start.contains("(nf_tables)")) {
      return false;
    }
    Family family = version == IpVersion.IPV4 ? Family.IP : Family.IP6;
    boolean shown =
        nft.stream()
            .anyMatch(t -> t.family() == family && text.text().contains("*" + t.name() + "\n"));
    return !shown
        && (start.contains("(legacy)") || has(CaptureFile.NFTABLES))
        && !text.text().isBlank();
  }

  private void warnOfLegacy(SourceText text, IpVersion version) {
    int warning = text.text().indexOf(LEGACY_WARNING);
    FileKind wanted =
        version == IpVersion.IPV4 ? FileKind.IPTABLES_LEGACY : FileKind.IP6TABLES_LEGACY;
    if (warning >= 0 && of(wanted).isEmpty()) {
      problems.warn(
          "legacy-missing",
          "there are legacy tables too, and they are not in the capture",
          text.at(warning),
          0,
          "capture `"
              + (version == IpVersion.IPV4 ? "iptables" : "ip6tables")
              + "-legacy-save` too");
    }
  }

  /** Whether a dump says that there are legacy tables which the capture lacks. */
  boolean lacksLegacy(IpVersion version) {
    FileKind nft = version == IpVersion.IPV4 ? FileKind.IPTABLES : FileKind.IP6TABLES;
    FileKind legacy =
        version == IpVersion.IPV4 ? FileKind.IPTABLES_LEGACY : FileKind.IP6TABLES_LEGACY;
    return of(legacy).isEmpty()
        && of(nft).stream().anyMatch(text -> text.text().contains(LEGACY_WARNING));
  }

  /** Whether there is a listing of iptables or ip6tables. */
  boolean hasIptables() {
    return !of(FileKind.IPTABLES).isEmpty() || !of(FileKind.IP6TABLES).isEmpty();
  }

  /** Whether such a listing says that it comes from the iptables on top of nf_tables. */
  boolean worksOnNft() {
    return Stream.of(FileKind.IPTABLES, FileKind.IP6TABLES)
        .flatMap(kind -> of(kind).stream())
        .anyMatch(text -> text.lineCount() > 0 && text.line(1).contains("(nf_tables)"));
  }

  private void legacy(FileKind kind, IpVersion version, List<Table> tables) {
    for (SourceText text : of(kind)) {
      RuleParsers.Rules read =
          parsers.iptables(text, version, Table.Tool.IPTABLES_LEGACY, problems);
      tables.addAll(tally.rules(text.file(), read));
    }
  }
}
