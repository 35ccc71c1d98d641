package org.rulewalk.parsers.qrexec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * What dom0 knows of VMs that a policy may ask for: {@code qvm-ls} (which VMs there are, their
 * state and class), {@code qvm-tags} and {@code qvm-prefs}. What was not captured is empty, never a
 * guess.
 */
public final class Domains {
  private static final String LIST = "dom0/qvm-ls.txt";

  private final Map<String, SourceText> texts;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  private Domains(Map<String, SourceText> texts) {
    this.texts = texts;
  }

  /** A row of {@code qvm-ls}, its cells by their heads. */
  private record Row(Map<String, String> cells, Source source) {
    Optional<String> cell(String head) {
      return Optional.ofNullable(cells.get(head));
    }
  }

  /** What a capture's texts tell of VMs. */
  public static Domains of(Map<String, SourceText> texts) {
    Domains domains = new Domains(texts);
    Optional.ofNullable(texts.get(LIST)).ifPresent(domains::read);
    return domains;
  }

  private void read(SourceText text) {
    Optional<Columns> columns = Optional.empty();
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = text.line(number);
      if (line.isBlank() || line.startsWith("---")) {
        continue;
      }
      if (columns.isEmpty()) {
        columns = Columns.head(line);
        if (columns.isPresent()) {
          continue;
        }
      }
      row(line, columns.orElse(Columns.RAW), text.atLine(number));
    }
  }

  private void row(String line, Columns columns, Source where) {
    List<String> cells = Columns.cells(line);
    String name = bare(columns.cell(cells, "NAME").orElse(""));
    if (!name.isEmpty() && name.indexOf(' ') < 0) {
      rows.put(name, new Row(columns.named(cells), where));
    }
  }

  private static String bare(String cell) {
    StringBuilder name = new StringBuilder();
    cell.chars().filter(c -> "{}[]<>*=└─ ".indexOf(c) < 0).forEach(c -> name.append((char) c));
    return name.toString();
  }

  /** Whether dom0's list of VMs was captured. */
  public boolean isListed() {
    return !rows.isEmpty();
  }

  /** The VMs of the list, dom0 too. */
  public Set<String> names() {
    return new TreeSet<>(rows.keySet());
  }

  /** {@code Running}, {@code Halted} … */
  public Optional<String> state(String vm) {
    return cell(vm, "STATE");
  }

  /** A cell of the VM's row by its head in capitals, without marks; empty for a dash. */
  public Optional<String> cell(String vm, String head) {
    return Optional.ofNullable(rows.get(vm)).flatMap(row -> row.cell(head)).map(Domains::bare);
  }

  /** The row that names the VM. */
  public Optional<Source> row(String vm) {
    return Optional.ofNullable(rows.get(vm)).map(Row::source);
  }

  /** {@code AppVM} and the like: by the list, or {@code qvm-prefs}. */
  public Optional<String> type(String vm) {
    return vm.equals("dom0")
        ? Optional.of("AdminVM")
        : cell(vm, "CLASS").or(() -> preference(vm, "klass"));
  }

  /** The VM's tags; empty if they were not captured. */
  public Optional<Set<String>> tags(String vm) {
    return Optional.ofNullable(texts.get("dom0/qvm-tags/" + vm + ".txt"))
        .map(
            text -> {
              Set<String> tags = new TreeSet<>();
              text.text().lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(tags::add);
              return tags;
            });
  }

  /**
   * A property by {@code qvm-prefs}, {@code None} as it stands there; empty if not captured or not
   * listed.
   */
  public Optional<String> preference(String vm, String name) {
    SourceText text = texts.get("dom0/qvm-prefs/" + vm + ".txt");
    if (text == null) {
      return Optional.empty();
    }
    for (int number = 1; number <= text.lineCount(); number++) {
      List<String> words = Fields.split(text.line(number));
      if (words.size() > 2 && words.get(0).equals(name)) {
        return Optional.of(words.get(2));
      }
    }
    return Optional.empty();
  }

  /** The heads of the table, by which its cells are found. */
  private record Columns(List<String> heads) {
    /** {@code qvm-ls --raw-data} with the columns of {@code --network}. */
    static final Columns RAW =
        new Columns(List.of("NAME", "STATE", "NETVM", "IP", "IPBACK", "GATEWAY"));

    static Optional<Columns> head(String line) {
      List<String> cells =
          cells(line).stream().map(c -> c.toUpperCase(java.util.Locale.ROOT)).toList();
      return cells.contains("NAME") && cells.size() > 1
          ? Optional.of(new Columns(cells))
          : Optional.empty();
    }

    Optional<String> cell(List<String> cells, String head) {
      int at = heads.indexOf(head);
      return at < 0 || at >= cells.size() || cells.get(at).equals("-")
          ? Optional.empty()
          : Optional.of(cells.get(at));
    }

    Map<String, String> named(List<String> cells) {
      Map<String, String> named = new LinkedHashMap<>();
      heads.forEach(head -> cell(cells, head).ifPresent(cell -> named.put(head, cell)));
      return named;
    }

    static List<String> cells(String line) {
      List<String> cells = new ArrayList<>();
      String parted = line.indexOf('|') >= 0 ? line.replace("|", "  ") : line;
      int start = 0;
      String text = parted.strip();
      while (start < text.length()) {
        int end = text.indexOf("  ", start);
        end = end < 0 ? text.length() : end;
        cells.add(text.substring(start, end).strip());
        start = end;
        while (start < text.length() && text.charAt(start) == ' ') {
          start++;
        }
      }
      return cells;
    }
  }
}
