package org.rulewalk.diagnostics.journal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of a message: fixed text with holes, {@code Failed to parse rules for {vm} ({reason}),
 * blocking traffic}. A hole takes what stands before the next fixed text, the last one all that is
 * left; a hole without a name takes what does not matter. Matching takes time linear in the text.
 */
final class Phrase {
  private final String form;
  private final List<String> fixed = new ArrayList<>();
  private final List<String> holes = new ArrayList<>();

  private Phrase(String form) {
    this.form = form;
    int at = 0;
    for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', at)) {
      int close = form.indexOf('}', open);
      fixed.add(form.substring(at, open));
      holes.add(form.substring(open + 1, close));
      at = close + 1;
    }
    fixed.add(form.substring(at));
  }

  static Phrase of(String form) {
    return new Phrase(form);
  }

  /** What stands in the named holes; empty if the text has another form. */
  Optional<Map<String, String>> match(String text) {
    if (!text.startsWith(fixed.get(0))) {
      return Optional.empty();
    }
    String last = fixed.get(fixed.size() - 1);
    int end = text.length() - last.length();
    int at = fixed.get(0).length();
    if (holes.isEmpty()) {
      return text.equals(last) ? Optional.of(Map.of()) : Optional.empty();
    }
    if (end < at || !text.endsWith(last)) {
      return Optional.empty();
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = 0; i < holes.size(); i++) {
      boolean isLast = i == holes.size() - 1;
      int next = isLast ? end : text.indexOf(fixed.get(i + 1), at);
      if (next < 0 || next > end) {
        return Optional.empty();
      }
      if (!holes.get(i).isEmpty()) {
        found.put(holes.get(i), text.substring(at, next));
      }
      at = isLast ? next : next + fixed.get(i + 1).length();
    }
    return Optional.of(found);
  }

  @Override
  public String toString() {
    return form;
  }
}
