package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/**
 * Which machine provides the network of which, from dom0's {@code qvm-ls}: tables of release 4
 * (cells parted by two blanks below their heads), of release 3 (cells parted by bars, with rulers),
 * and {@code --raw-data}.
 */
final class NetvmList {
  private static final String FILE = "dom0/qvm-ls.txt";
  private static final int RAW_NETWORK_FIELDS = 6;
  private static final int RAW_NETVM = 2;

  private NetvmList() {}

  /** The provider by machine; nothing for machines without one. */
  static Map<String, String> parse(Map<String, SourceText> texts, Problems problems) {
    Map<String, String> providers = new LinkedHashMap<>();
    Optional.ofNullable(texts.get(FILE)).ifPresent(text -> read(text, providers, problems));
    return providers;
  }

  private static void read(SourceText text, Map<String, String> providers, Problems problems) {
    Optional<List<String>> heads = Optional.empty();
    for (int line = 1; line <= text.lineCount(); line++) {
      String content = text.line(line);
      if (content.isBlank() || content.startsWith("---")) {
        continue;
      }
      List<String> cells = cells(content);
      boolean isHead = cells.stream().anyMatch(cell -> cell.equalsIgnoreCase("netvm"));
      if (isHead && heads.isEmpty()) {
        heads = Optional.of(cells);
      } else {
        row(text, line, heads, providers, problems);
      }
    }
  }

  private static void row(
      SourceText text,
      int line,
      Optional<List<String>> heads,
      Map<String, String> providers,
      Problems problems) {
    List<String> cells = cells(text.line(line));
    int netvm =
        heads
            .map(NetvmList::netvmColumn)
            .orElse(cells.size() == RAW_NETWORK_FIELDS ? RAW_NETVM : -1);
    if (netvm < 0 || netvm >= cells.size()) {
      problems.warn(
          "qvm-ls-line", "no row with a NETVM", text.atLine(line), 0, "capture with `qvm-ls -n`");
      return;
    }
    String name = bare(cells.get(0));
    String provider = bare(cells.get(netvm));
    boolean none =
        provider.isEmpty()
            || provider.equals("-")
            || provider.equals("n/a")
            || provider.equals("None");
    if (!none && !name.isEmpty()) {
      providers.put(name, provider);
    }
  }

  private static int netvmColumn(List<String> heads) {
    for (int i = 0; i < heads.size(); i++) {
      if (heads.get(i).equalsIgnoreCase("netvm")) {
        return i;
      }
    }
    return -1;
  }

  /**
   * A name without the marks that tables put on it: {@code {net}}, {@code [template]}, {@code
   * *default}.
   */
  private static String bare(String cell) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if ("{}[]<>*=>└─ ".indexOf(c) < 0) {
        name.append(c);
      }
    }
    return name.toString();
  }

  private static List<String> cells(String line) {
    return line.indexOf('|') >= 0 ? parted(line, "|") : parted(line.strip(), "  ");
  }

  private static List<String> parted(String line, String by) {
    List<String> cells = new ArrayList<>();
    int start = 0;
    while (start < line.length()) {
      int end = line.indexOf(by, start);
      end = end < 0 ? line.length() : end;
      cells.add(line.substring(start, end).strip());
      start = end + by.length();
      while (by.isBlank() && start < line.length() && line.charAt(start) == ' ') {
        start++;
      }
    }
    return cells;
  }
}
