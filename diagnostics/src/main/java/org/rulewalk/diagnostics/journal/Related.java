package org.rulewalk.diagnostics.journal;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.value.Source;

/** Finds the line of a script, of dom0's rules or of its policy that a message is about. */
final class Related {
  private final Capture capture;

  Related(Capture capture) {
    this.capture = capture;
  }

  /** The line; empty if the capture doesn't have it. */
  Optional<Source> of(String machine, Message message, Map<String, String> names, String detail) {
    switch (message) {
      case SCRIPT_FORMAT:
      case SCRIPT_PERMISSION:
        return script(machine, baseName(names.get("script"))).map(text -> text.atLine(1));
      case SCRIPT_LINE:
      case RC_LOCAL_LINE:
        return scriptLine(machine, names, detail);
      case RULES_UNRESOLVED:
        return firstWith(path -> path.startsWith("dom0/"), names.get("host"));
      case CALL_DENIED:
        return policyLine(names.get("reason"));
      case POLICY_UNREADABLE:
        return policyLine(names.getOrDefault("place", names.get("reason")));
      default:
        return Optional.empty();
    }
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isScript(String machine, String path) {
    return path.startsWith("vms/" + machine + "/rw-config/") || path.startsWith("rw-config/");
  }

  private Optional<SourceText> script(String machine, String name) {
    return capture.texts().entrySet().stream()
        .filter(e -> isScript(machine, e.getKey()))
        .filter(e -> Spelling.pedOs(baseName(e.getKey())).equals(Spelling.pedOs(name)))
        .map(Map.Entry::getValue)
        .filter(text -> text.lineCount() > 0)
        .findFirst();
  }

  private Optional<Source> scriptLine(String machine, Map<String, String> names, String detail) {
    if (names.containsKey("line")) {
      return line(script(machine, baseName(names.get("place"))), names.get("line"));
    }
    return detail.isEmpty()
        ? Optional.empty()
        : firstWith(path -> isScript(machine, path) && !path.endsWith("modes.txt"), detail);
  }

  private static Optional<Source> line(Optional<SourceText> text, String number) {
    try {
      int line = Integer.parseInt(number.strip());
      return text.filter(t -> line >= 1 && line <= t.lineCount()).map(t -> t.atLine(line));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<Source> firstWith(Predicate<String> paths, String wanted) {
    for (Map.Entry<String, SourceText> entry : capture.texts().entrySet()) {
      int at = paths.test(entry.getKey()) ? entry.getValue().text().indexOf(wanted) : -1;
      if (at >= 0) {
        return Optional.of(entry.getValue().atLine(entry.getValue().lineAt(at)));
      }
    }
    return Optional.empty();
  }

  /** {@code … /etc/PedOS/policy.d/30-user.policy:12}. */
  private Optional<Source> policyLine(String reason) {
    int colon = reason.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String path = reason.substring(reason.lastIndexOf(' ', colon) + 1, colon);
    Optional<SourceText> text =
        capture.texts().entrySet().stream()
            .filter(e -> e.getKey().startsWith("dom0/policy/"))
            .filter(e -> e.getKey().endsWith("/" + baseName(path)))
            .map(Map.Entry::getValue)
            .findFirst();
    return line(text, reason.substring(colon + 1));
  }
}
