package org.rulewalk.parsers.dom0;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/**
 * {@code qvm-ls}: tables of release 4 (cells below their heads, parted by two blanks; also as a
 * tree), of release 3 (cells parted by bars, with rulers and marks around names), and {@code
 * --raw-data} with the columns of {@code --network} or the usual ones.
 */
public final class VmList {
  private static final List<String> NETWORK =
      List.of("name", "state", "netvm", "ip", "ipback", "gateway");
  private static final List<String> SIMPLE =
      List.of("name", "state", "class", "label", "template", "netvm");
  private static final Set<String> CLASSES =
      Set.of("AdminVM", "AppVM", "TemplateVM", "StandaloneVM", "DispVM", "RemoteVM");
  private static final Map<String, String> OLD_HEADS =
      Map.of("ip back", "ipback", "gateway/dns", "gateway");
  private static final Set<String> NOTHING = Set.of("", "-", "n/a", "None");

  private final SourceText text;
  private final Problems problems;
  private final List<VmRow> rows = new ArrayList<>();
  private Optional<List<Column>> heads = Optional.empty();

  private VmList(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
  }

  /** A head and the offset at which its cells start; negative where bars part them. */
  private record Column(String head, int start) {}

  /** The VMs in their order. */
  public static List<VmRow> parse(SourceText text, Problems problems) {
    VmList list = new VmList(text, problems);
    for (int line = 1; line <= text.lineCount(); line++) {
      list.line(line);
    }
    return List.copyOf(list.rows);
  }

  private void line(int number) {
    String line = text.line(number);
    if (line.isBlank() || line.startsWith("---") || line.startsWith("please wait")) {
      return;
    }
    if (heads.isEmpty()) {
      heads = heads(line);
      if (heads.isPresent()) {
        return;
      }
    }
    Map<String, String> cells =
        heads.isPresent() ? cells(line, heads.get()) : raw(line).orElse(Map.of());
    String name = bare(cells.getOrDefault("name", ""));
    if (name.isEmpty() || name.indexOf(' ') >= 0) {
      problems.warn(
          "qvm-ls-line", "no row of a VM", text.atLine(number), 0, "capture with `qvm-ls -n`");
      return;
    }
    Map<String, String> values = new LinkedHashMap<>();
    cells.forEach(
        (head, cell) -> {
          String value = head.equals("netvm") || head.equals("template") ? bare(cell) : cell;
          if (!NOTHING.contains(value)) {
            values.put(head, value);
          }
        });
    values.put("name", name);
    rows.add(new VmRow(name, values, text.atLine(number)));
  }

  private static Optional<List<Column>> heads(String line) {
    List<Column> found = new ArrayList<>();
    boolean bars = line.indexOf('|') >= 0;
    String by = bars ? "|" : "  ";
    int start = 0;
    while (start < line.length()) {
      int end = line.indexOf(by, start);
      end = end < 0 ? line.length() : end;
      String head = line.substring(start, end).strip().toLowerCase(Locale.ROOT);
      if (!head.isEmpty()) {
        found.add(new Column(OLD_HEADS.getOrDefault(head, head), bars ? -1 : start));
      }
      start = end + (bars ? 1 : 0);
      while (!bars && start < line.length() && line.charAt(start) == ' ') {
        start++;
      }
    }
    boolean named = found.stream().anyMatch(column -> column.head().equals("name"));
    return named && found.size() > 1 ? Optional.of(found) : Optional.empty();
  }

  private static Map<String, String> cells(String line, List<Column> columns) {
    Map<String, String> cells = new LinkedHashMap<>();
    if (columns.get(0).start() < 0) {
      String[] parts = line.split("\\|", -1);
      for (int i = 0; i < Math.min(parts.length, columns.size()); i++) {
        cells.put(columns.get(i).head(), parts[i].strip());
      }
      return cells;
    }
    for (int i = 0; i < columns.size(); i++) {
      int start = Math.min(line.length(), columns.get(i).start());
      boolean last = i + 1 == columns.size();
      int end = last ? line.length() : Math.min(line.length(), columns.get(i + 1).start());
      // a table that was cut or padded otherwise: its cells are parted by blanks all the same
      if (start > 0 && start < line.length() && line.charAt(start - 1) != ' ') {
        return parted(line, columns);
      }
      cells.put(columns.get(i).head(), line.substring(start, end).strip());
    }
    return cells;
  }

  private static Map<String, String> parted(String line, List<Column> columns) {
    Map<String, String> cells = new LinkedHashMap<>();
    String[] parts = line.strip().split(" {2,}");
    for (int i = 0; i < Math.min(parts.length, columns.size()); i++) {
      cells.put(columns.get(i).head(), parts[i]);
    }
    return cells;
  }

  private static Optional<Map<String, String>> raw(String line) {
    String[] parts = line.split("\\|", -1);
    if (parts.length != NETWORK.size()) {
      return Optional.empty();
    }
    List<String> heads = CLASSES.contains(parts[2]) ? SIMPLE : NETWORK;
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 0; i < parts.length; i++) {
      cells.put(heads.get(i), parts[i].strip());
    }
    return Optional.of(cells);
  }

  /** A name without what tables put on it: {@code {net}}, {@code [template]}, {@code *default}. */
  private static String bare(String cell) {
    StringBuilder name = new StringBuilder();
    cell.chars().filter(c -> "{}[]<>*=└─".indexOf(c) < 0).forEach(c -> name.append((char) c));
    return name.toString().strip();
  }
}
