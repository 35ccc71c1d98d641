package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command prints, as far as it is known.
 *
 * @param lines in order
 * @param complete whether these are all
 */
public record Listing(List<Line> lines, boolean complete) {
  /** Nothing at all. */
  public static final Listing EMPTY = new Listing(List.of(), true);

  /** Nobody knows what. */
  public static final Listing UNKNOWN = new Listing(List.of(), false);

  /** Keeps a copy. */
  public Listing {
    lines = List.copyOf(lines);
  }

  /**
   * One line.
   *
   * @param exact whether it is known to look so to the letter
   * @param words whether it has at least no other words than these, however they are laid out
   */
  public record Line(String text, boolean exact, boolean words) {
    Line(String text, boolean exact) {
      this(text, exact, exact);
    }

    /** A line, or several, of which only the words are known that may be in them. */
    static Line ofWords(String words) {
      return new Line(words, false, true);
    }
  }

  /** Lines that are known to the letter. */
  public static Listing of(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    List<Line> lines = new ArrayList<>();
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    for (String line : body.split("\n", -1)) {
      lines.add(new Line(line, true));
    }
    return new Listing(lines, true);
  }

  /** Whether every character of it is known. */
  public boolean isExact() {
    return complete && lines.stream().allMatch(Line::exact);
  }

  /** All lines, each with its end. */
  public String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  /** This and then the other. */
  public Listing and(Listing other) {
    List<Line> all = new ArrayList<>(lines);
    all.addAll(other.lines);
    return new Listing(all, complete && other.complete);
  }
}
