package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.NamedSet;

/** Writes the declarations of named sets and maps; the counterpart of {@link SetReader}. */
final class SetText {
  private static final List<String> FLAGS = List.of("constant", "interval", "timeout", "dynamic");

  private SetText() {}

  /** The lines between the braces. */
  static List<String> lines(NamedSet set) {
    List<String> lines = new ArrayList<>();
    lines.add(type(set));
    NamedSet.Upkeep upkeep = set.upkeep();
    if (set.size() > 0) {
      lines.add("size " + set.size());
    }
    if (!upkeep.policy().isEmpty()) {
      lines.add("policy " + upkeep.policy());
    }
    if (!set.flags().isEmpty()) {
      lines.add("flags " + flags(set));
    }
    if (set.timeoutMillis() > 0) {
      lines.add("timeout " + Durations.text(set.timeoutMillis()));
    }
    if (upkeep.gcIntervalMillis() > 0) {
      lines.add("gc-interval " + Durations.text(upkeep.gcIntervalMillis()));
    }
    if (upkeep.autoMerge()) {
      lines.add("auto-merge");
    }
    upkeep.statements().forEach(statement -> lines.add(StatementText.bare(statement)));
    if (!set.comment().isEmpty()) {
      lines.add("comment " + LiteralText.quoted(set.comment()));
    }
    elements(set, lines);
    return lines;
  }

  private static String type(NamedSet set) {
    String key = set.keyText().startsWith("typeof ") ? set.keyText() : "type " + set.keyText();
    return set.data()
        .map(NamedSet.Data::text)
        .map(text -> text.startsWith("typeof ") ? text.substring("typeof ".length()) : text)
        .map(text -> key + " : " + text)
        .orElse(key);
  }

  private static String flags(NamedSet set) {
    List<String> known = FLAGS.stream().filter(set.flags()::contains).toList();
    List<String> others =
        set.flags().stream().filter(flag -> !FLAGS.contains(flag)).sorted().toList();
    return String.join(",", known)
        + (others.isEmpty() || known.isEmpty() ? "" : ",")
        + String.join(",", others);
  }

  private static void elements(NamedSet set, List<String> lines) {
    if (set.elements().elements().isEmpty()) {
      return;
    }
    List<DataType> data = set.data().map(NamedSet.Data::types).orElse(List.of());
    lines.add(
        set.elements().elements().stream()
            .map(element -> ElementText.of(element, set.keyTypes(), data))
            .collect(Collectors.joining(",\n\t\t\t     ", "elements = { ", " }")));
  }
}
