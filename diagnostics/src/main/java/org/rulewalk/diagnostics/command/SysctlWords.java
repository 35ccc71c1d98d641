package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words of a {@code sysctl} command (procps 4.0).
 *
 * @param forgiving whether settings that are not there are no error
 * @param bare whether values are printed without their names
 * @param unknownFile a file that is to be read and is not known
 */
record SysctlWords(
    List<String> assignments,
    List<String> reads,
    boolean fromFile,
    boolean bare,
    boolean forgiving,
    Optional<String> unknownFile) {

  static SysctlWords of(Invocation invocation) {
    List<String> options =
        invocation.arguments().stream().filter(word -> word.startsWith("-")).toList();
    boolean fromFile =
        options.stream()
            .anyMatch(o -> isShort(o, 'p') || o.startsWith("--load") || o.equals("--system"));
    boolean writes = options.stream().anyMatch(o -> isShort(o, 'w') || o.equals("--write"));
    boolean bare = options.stream().anyMatch(o -> isShort(o, 'n') || o.equals("--values"));
    boolean forgiving = options.stream().anyMatch(o -> isShort(o, 'e') || o.equals("--ignore"));
    List<String> assignments = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    Optional<String> unknown = Optional.empty();
    for (String word : invocation.arguments()) {
      if (word.startsWith("-")) {
        continue;
      }
      if (fromFile) {
        Optional<String> text = invocation.files().text(word);
        unknown = unknown.isEmpty() && text.isEmpty() ? Optional.of(word) : unknown;
        text.ifPresent(
            lines ->
                lines
                    .lines()
                    .map(String::strip)
                    .filter(SysctlWords::isSetting)
                    .forEach(assignments::add));
      } else if (writes || word.indexOf('=') > 0) {
        assignments.add(word);
      } else {
        reads.add(word);
      }
    }
    return new SysctlWords(assignments, reads, fromFile, bare, forgiving, unknown);
  }

  private static boolean isShort(String option, char letter) {
    return !option.startsWith("--") && option.indexOf(letter) > 0;
  }

  private static boolean isSetting(String line) {
    return !line.isEmpty() && "#;".indexOf(line.charAt(0)) < 0;
  }
}
