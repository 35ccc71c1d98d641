package org.rulewalk.parsers.dom0;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * What dom0 told a VM through QubesDB: {@code path = value} lines of {@code qubesdb-multiread} (the
 * paths: qubes-core-admin, qubes/firewall.py and qubes/vm/mix/net.py). A VM that provides the
 * network finds the rules of its clients there.
 */
public final class QubesDb {
  private static final String RULES = "/qubes-firewall/";

  private final Source file;
  private final Map<String, Entry> entries;

  private QubesDb(Source file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /** A value and where it stands. */
  public record Entry(String value, Source source) {}

  /** The entries; lines that are none are reported. */
  public static QubesDb parse(SourceText text, Problems problems) {
    Map<String, Entry> entries = new TreeMap<>();
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = text.line(number);
      if (line.isBlank()) {
        continue;
      }
      int equals = line.indexOf(" =");
      if (!line.startsWith("/") || equals < 0) {
        problems.warn(
            "qubesdb-line",
            "no path with its value",
            text.atLine(number),
            0,
            "capture with `qubesdb-multiread /`");
        continue;
      }
      String path = line.substring(0, equals).replace("PedOS", "qubes");
      entries.put(path, new Entry(line.substring(equals + 2).strip(), text.atLine(number)));
    }
    return new QubesDb(text.whole(), entries);
  }

  /** How many entries there are. */
  public int size() {
    return entries.size();
  }

  /** A value by its path, spelled as Qubes OS does. */
  public Optional<Entry> entry(String path) {
    return Optional.ofNullable(entries.get(path));
  }

  /**
   * The rules that dom0 sent for the client with this address, numbered as in dom0; empty if it
   * sent none.
   */
  public Optional<VmRules> rules(String address) {
    String folder = RULES + address + "/";
    if (entry(folder + "policy").isEmpty()) {
      return Optional.empty();
    }
    List<FirewallRule> rules = new ArrayList<>();
    entries.forEach(
        (path, entry) -> {
          String key = path.startsWith(folder) ? path.substring(folder.length()) : "";
          if (key.length() == 4 && RuleCheck.isNumber(key, 9999)) {
            rules.add(
                new FirewallRule(Integer.parseInt(key), words(entry.value()), entry.source()));
          }
        });
    return Optional.of(new VmRules(rules, file));
  }

  private static Map<String, String> words(String value) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : value.split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return words;
  }
}
