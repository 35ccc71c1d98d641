package org.rulewalk.parsers.dom0;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/**
 * {@code qvm-prefs VM}: of release 4 name, flag and value ({@code D} default, {@code -} set, {@code
 * U} unreadable); of release 3 name and value with a colon between.
 *
 * @param values what is set, by name; {@code None} and what can't be read is not there
 * @param none the names of what is {@code None}
 */
public record VmPreferences(Map<String, String> values, Set<String> none) {
  private static final String NONE = "None";

  /** Keeps copies. */
  public VmPreferences {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    none = Collections.unmodifiableSet(new TreeSet<>(none));
  }

  /** The properties; lines that are none are reported. */
  public static VmPreferences parse(SourceText text, Problems problems) {
    Map<String, String> values = new LinkedHashMap<>();
    Set<String> none = new TreeSet<>();
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = text.line(number).strip();
      if (!line.isEmpty() && !line(line, values, none)) {
        problems.warn(
            "qvm-prefs-line",
            "no property with its value",
            text.atLine(number),
            0,
            "capture with `qvm-prefs VM`");
      }
    }
    return new VmPreferences(values, none);
  }

  private static boolean line(String line, Map<String, String> values, Set<String> none) {
    String[] words = line.split("\\s+", 3);
    if (words.length > 1 && words[1].startsWith(":")) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      put(values, none, words[0], value.replaceFirst(" \\((default|auto)\\)$", ""));
      return true;
    }
    if (words.length < 2 || words[1].length() != 1 || "D-U".indexOf(words[1].charAt(0)) < 0) {
      return false;
    }
    if (!words[1].equals("U")) {
      put(values, none, words[0], words.length > 2 ? words[2] : "");
    }
    return true;
  }

  private static void put(Map<String, String> values, Set<String> none, String name, String value) {
    if (value.equals(NONE)) {
      none.add(name);
    } else if (!value.isEmpty()) {
      values.put(name, value);
    }
  }

  /** A property that is set. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The same, {@code None} as it stands there; empty if not listed. */
  Optional<String> told(String name) {
    return value(name).or(() -> none.contains(name) ? Optional.of(NONE) : Optional.empty());
  }
}
