package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as iptables-restore does: blanks part them, quotes and backslashes keep
 * them.
 */
final class Words {
  private Words() {}

  /**
   * A word and where it starts.
   *
   * @param column from 0
   * @param quoted whether quotes stood around it, so that it is no option
   */
  record Word(String text, int column, boolean quoted) {}

  static List<Word> split(String line) {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      if (isBlank(line.charAt(at))) {
        at++;
        continue;
      }
      int start = at;
      StringBuilder text = new StringBuilder();
      boolean quoted = false;
      char quote = 0;
      while (at < line.length() && (quote != 0 || !isBlank(line.charAt(at)))) {
        char c = line.charAt(at);
        if (c == '\\' && quote != '\'' && at + 1 < line.length()) {
          at++;
          text.append(line.charAt(at));
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
          quoted = true;
        } else {
          text.append(c);
        }
        at++;
      }
      words.add(new Word(text.toString(), start, quoted));
    }
    return words;
  }

  /** A word as iptables-save writes it: between quotes where it would not be one word otherwise. */
  static String quoted(String word) {
    // the characters that xtables_save_string leaves as they are
    boolean plain =
        !word.isEmpty()
            && word.chars()
                .allMatch(
                    c ->
                        c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || "_-0123456789,.:/+=@%|&<>*~^$(){}[];?#".indexOf(c) >= 0);
    if (plain) {
      return word;
    }
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
