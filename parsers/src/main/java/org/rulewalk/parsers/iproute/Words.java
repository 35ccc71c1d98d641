package org.rulewalk.parsers.iproute;

import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * A cursor over the words of one line. Blanks, tabs and the backslash that {@code ip -o} puts for a
 * line end stand between words.
 */
final class Words {
  private final String line;
  private final Source start;
  private int next;
  private int word;

  private Words(String line, Source start) {
    this.line = line;
    this.start = start;
    skip();
  }

  /** The words of a line, from 1. */
  static Words ofLine(SourceText text, int line) {
    return new Words(text.line(line), text.atLine(line));
  }

  /** Words that stand for something in a file that has no lines to point at. */
  static Words of(String words, Source place) {
    return new Words(words, place);
  }

  private void skip() {
    while (next < line.length() && isBlank(line.charAt(next))) {
      next++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\\';
  }

  boolean hasNext() {
    return next < line.length();
  }

  /** The next word, left where it is; empty at the end. */
  String peek() {
    int end = next;
    while (end < line.length() && !isBlank(line.charAt(end))) {
      end++;
    }
    return line.substring(next, end);
  }

  /** The next word; empty at the end. */
  String next() {
    String found = peek();
    word = next;
    next += found.length();
    skip();
    return found;
  }

  /** Takes the next word if it is this one. */
  boolean take(String wanted) {
    if (!peek().equals(wanted)) {
      return false;
    }
    next();
    return true;
  }

  /** All that is left. */
  String rest() {
    word = next;
    String left = line.substring(next);
    next = line.length();
    return left;
  }

  /** The place of the word that was taken last. */
  Source place() {
    int column = start.line() == 0 ? 0 : word + 1;
    return new Source(start.file(), start.line(), column, start.text());
  }

  /** The place of the line. */
  Source start() {
    return start;
  }
}
