package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/**
 * A machine's captured rules as pieces for the tools that load them, in the order in which the
 * captured kernel got its tables: of chains with one priority, the later is asked first.
 */
final class LoadedRules {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<FileKind, String> DUMPS =
      Map.of(
          FileKind.IPTABLES, "iptables",
          FileKind.IP6TABLES, "ip6tables",
          FileKind.IPTABLES_LEGACY, "iptables_legacy",
          FileKind.IP6TABLES_LEGACY, "ip6tables_legacy");

  private static final Set<FileKind> LISTINGS = Set.of(FileKind.NFT_TEXT, FileKind.NFT_JSON);
  private static final Map<String, List<String>> BUILT_IN =
      Map.of(
          "raw", List.of("PREROUTING", "OUTPUT"),
          "mangle", List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
          "nat", List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
          "filter", List.of("INPUT", "FORWARD", "OUTPUT"),
          "security", List.of("INPUT", "FORWARD", "OUTPUT"));

  private final Path root;
  private final Machine machine;
  private final List<LoadReport.FileReport> files;
  private final Set<String> notRebuilt;

  LoadedRules(Path root, Capture capture, Machine machine, Set<String> notRebuilt) {
    this.root = root;
    this.machine = machine;
    this.files = capture.report().machines().getOrDefault(machine.name(), List.of());
    this.notRebuilt = notRebuilt;
  }

  /** Pairs of a tool and what it is to load. */
  ArrayNode pieces() {
    ArrayNode pieces = MAPPER.createArrayNode();
    file(FileKind.IPSETS).ifPresent(f -> pieces.addArray().add("ipset").add(text(f)));
    for (Table table : inOrder()) {
      holder(table)
          .ifPresentOrElse(
              file -> piece(table, file, pieces),
              () -> notRebuilt.add(table.title() + " of " + machine.name()));
    }
    return pieces;
  }

  /**
   * The file to load it from. iptables-save invents chains for a table that nft changed: where a
   * chain is only in nft's listing, that is the one.
   */
  private Optional<LoadReport.FileReport> holder(Table table) {
    Optional<String> listing =
        table.chains().stream()
            .map(chain -> chain.source().file())
            .filter(path -> kind(path).filter(LISTINGS::contains).isPresent())
            .findFirst();
    String path = listing.orElse(table.source().file());
    return files.stream().filter(f -> f.path().equals(path)).findFirst();
  }

  private Optional<FileKind> kind(String path) {
    return files.stream()
        .filter(f -> f.path().equals(path))
        .map(LoadReport.FileReport::kind)
        .findFirst();
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

  private void piece(Table table, LoadReport.FileReport file, ArrayNode pieces) {
    String dump = DUMPS.get(file.kind());
    if (dump != null) {
      pieces.addArray().add(dump).add(block(file, "*" + table.name(), "COMMIT"));
      superfluous(table).ifPresent(text -> pieces.addArray().add("nft").add(text));
    } else if (file.kind() == FileKind.NFT_TEXT) {
      String head = "table " + table.family().word() + " " + table.name() + " {";
      ArrayNode piece = pieces.addArray().add("nft").add(block(file, head, "}"));
      // nft does not always understand what it lists
      file(FileKind.NFT_JSON).ifPresent(same -> piece.add("nft_json").add(json(table, same)));
    } else if (file.kind() == FileKind.NFT_JSON) {
      pieces.addArray().add("nft_json").add(json(table, file));
    }
  }

  /** iptables-restore makes all chains of a table, the first command just the one that it needs. */
  private static Optional<String> superfluous(Table table) {
    if (table.tool() != Table.Tool.IPTABLES_NFT) {
      return Optional.empty();
    }
    List<String> lines =
        BUILT_IN.getOrDefault(table.name(), List.of()).stream()
            .filter(name -> table.chain(name).isEmpty())
            .map(name -> "delete chain " + table.title() + " " + name)
            .toList();
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
  }

  /** From the line that begins so to the next that is just the given word. */
  private String block(LoadReport.FileReport file, String head, String last) {
    StringBuilder block = new StringBuilder();
    for (String line : text(file).lines().toList()) {
      if (block.length() > 0 || line.startsWith(head)) {
        block.append(line).append('\n');
        if (line.equals(last)) {
          break;
        }
      }
    }
    return block.toString();
  }

  /** The objects of one table, as "nft -j -f" takes them. */
  private String json(Table table, LoadReport.FileReport file) {
    ObjectNode document = MAPPER.createObjectNode();
    ArrayNode kept = document.putArray("nftables");
    try {
      for (JsonNode item : MAPPER.readTree(text(file)).path("nftables")) {
        JsonNode object = item.elements().hasNext() ? item.elements().next() : item;
        String name =
            item.has("table") ? object.path("name").asText() : object.path("table").asText();
        if (name.equals(table.name())
            && object.path("family").asText().equals(table.family().word())) {
          kept.add(item);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.path(), e);
    }
    return document.toString();
  }

  private Optional<LoadReport.FileReport> file(FileKind kind) {
    return files.stream().filter(f -> f.kind() == kind && f.read()).findFirst();
  }

  private String text(LoadReport.FileReport file) {
    try {
      byte[] bytes = Files.readAllBytes(root.resolve(file.path()));
      return SourceText.decode(file.path(), bytes).text();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.path(), e);
    }
  }
}
