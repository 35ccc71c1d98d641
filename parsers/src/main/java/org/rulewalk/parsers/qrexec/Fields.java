package org.rulewalk.parsers.qrexec;

import java.util.ArrayList;
import java.util.List;

/** Words of a line, parted as Python's {@code str.split()} parts them. */
final class Fields {
  private Fields() {}

  static List<String> split(String line) {
    return split(line, Integer.MAX_VALUE);
  }

  /** At most so many words; the last takes the rest of the line. */
  static List<String> split(String line, int most) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      while (at < line.length() && isBlank(line.charAt(at))) {
        at++;
      }
      int start = at;
      while (at < line.length() && !isBlank(line.charAt(at))) {
        at++;
      }
      if (words.size() == most - 1 && start < line.length()) {
        words.add(strip(line.substring(start)));
        return words;
      }
      if (at > start) {
        words.add(line.substring(start, at));
      }
    }
    return words;
  }

  /** The line without blanks at its ends. */
  static String strip(String line) {
    int start = 0;
    int end = line.length();
    while (start < end && isBlank(line.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(start, end);
  }

  /** Python counts no-break spaces and the separators of ASCII too. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
