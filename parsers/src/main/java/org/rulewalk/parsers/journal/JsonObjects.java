package org.rulewalk.parsers.journal;

import java.util.Optional;

/**
 * Puts lines together to whole JSON objects, whether one stands on a line (journalctl -o json), on
 * several (json-pretty) or in an array. An object that never closes is given up where the next
 * begins. Not thread-safe.
 */
final class JsonObjects {
  private static final int MOST_CHARACTERS = 4 << 20;

  private final StringBuilder text = new StringBuilder();
  private int depth;
  private int start;
  private boolean inString;
  private Optional<Whole> whole = Optional.empty();

  /** An object's text and the line where it starts. */
  record Whole(String text, int line) {}

  /** Takes a line; how many broken things it showed. */
  int add(String line, int number) {
    whole = Optional.empty();
    String content = line.strip();
    int lost = 0;
    boolean begins = content.startsWith("{") && (depth == 0 || line.startsWith("{"));
    if (begins && depth > 0) {
      lost++;
      clear();
    }
    if (depth == 0) {
      if (!begins) {
        int brace = content.startsWith("[") ? content.indexOf('{') : -1;
        boolean frame = content.isEmpty() || "[],".contains(content);
        if (brace < 0) {
          return lost + (frame ? 0 : 1);
        }
        content = content.substring(brace);
      }
      start = number;
    }
    return lost + take(content);
  }

  private int take(String content) {
    int end = endIn(content);
    if (end < 0) {
      text.append(content).append('\n');
      if (text.length() > MOST_CHARACTERS) {
        clear();
        return 1;
      }
      return 0;
    }
    String last = content.substring(0, end);
    whole = Optional.of(new Whole(text.length() == 0 ? last : text.append(last).toString(), start));
    clear();
    return 0;
  }

  /** The offset behind the brace that closes the object; -1 if it stays open. */
  private int endIn(String content) {
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    // JSON strings don't go on over lines
    inString = false;
    return -1;
  }

  private void clear() {
    text.setLength(0);
    depth = 0;
    inString = false;
  }

  /** The object that the last line closed. */
  Optional<Whole> whole() {
    return whole;
  }

  /** Whether an object is still open. */
  boolean isOpen() {
    return depth > 0;
  }
}
