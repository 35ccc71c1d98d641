package org.rulewalk.parsers.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;

/** Reads words with their quotes and expansions, from a place in a script on. */
final class WordReader {
  private static final String ENDS = " \t\n;&|<>()";
  private static final String SPECIAL = "@*#?-$!0123456789";
  private static final int MAX_DEPTH = 48;

  private final SourceText source;
  private final String text;
  private int at;
  private int depth;

  WordReader(SourceText source) {
    this.source = source;
    this.text = source.text();
  }

  /**
   * Reads on from here.
   *
   * @param level how deep the word stands in others already
   */
  Word read(int from, int level) {
    at = from;
    depth = level;
    List<Word.Part> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    while (at < text.length() && ENDS.indexOf(text.charAt(at)) < 0) {
      part(parts, plain);
    }
    flush(plain, false, parts);
    return new Word(parts, source.at(from));
  }

  /** Where the word that was read last ends. */
  int end() {
    return at;
  }

  private void part(List<Word.Part> parts, StringBuilder plain) {
    char c = text.charAt(at);
    switch (c) {
      case '\\':
        if (at + 1 < text.length() && text.charAt(at + 1) == '\n') {
          at += 2;
        } else {
          flush(plain, false, parts);
          parts.add(new Word.Literal(escaped(), true));
        }
        break;
      case '\'':
        flush(plain, false, parts);
        parts.add(new Word.Literal(single(), true));
        break;
      case '"':
        flush(plain, false, parts);
        at++;
        parts.addAll(within('"'));
        break;
      case '$':
      case '`':
        flush(plain, false, parts);
        parts.add(expansion(false));
        break;
      default:
        plain.append(c);
        at++;
    }
  }

  private static void flush(StringBuilder plain, boolean quoted, List<Word.Part> parts) {
    if (plain.length() > 0) {
      parts.add(new Word.Literal(plain.toString(), quoted));
      plain.setLength(0);
    }
  }

  private String escaped() {
    if (at + 1 >= text.length()) {
      at++;
      return "\\";
    }
    at += 2;
    return String.valueOf(text.charAt(at - 1));
  }

  private String single() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw new Misread("a quote is opened here and never closed");
    }
    String inner = text.substring(at + 1, end);
    at = end + 1;
    return inner;
  }

  /** The parts of a text with double quotes' rules, up to a sign or the end. */
  private List<Word.Part> within(char close) {
    int start = at;
    List<Word.Part> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    while (at < text.length() && text.charAt(at) != close) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && "$`\"\\\n".indexOf(text.charAt(at + 1)) >= 0) {
        if (text.charAt(at + 1) != '\n') {
          plain.append(text.charAt(at + 1));
        }
        at += 2;
      } else if (c == '$' || c == '`') {
        flush(plain, true, parts);
        parts.add(expansion(true));
      } else {
        plain.append(c);
        at++;
      }
    }
    if (at >= text.length()) {
      at = start;
      throw new Misread("a quote is opened here and never closed");
    }
    at++;
    flush(plain, true, parts);
    return parts.isEmpty() ? List.of(new Word.Literal("", true)) : parts;
  }

  private Word.Part expansion(boolean quoted) {
    if (depth >= MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    depth++;
    try {
      if (text.charAt(at) == '`') {
        return backticks(quoted);
      }
      char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (text.startsWith("$((", at)) {
        return arithmetic(quoted);
      }
      if (next == '(') {
        return substitution(quoted);
      }
      if (next == '{') {
        return braces(quoted);
      }
      if (next == '_' || Character.isLetter(next)) {
        int end = nameEnd(at + 1);
        String name = text.substring(at + 1, end);
        at = end;
        return new Word.Parameter(name, "", Optional.empty(), quoted);
      }
      if (SPECIAL.indexOf(next) >= 0) {
        at += 2;
        return new Word.Parameter(String.valueOf(next), "", Optional.empty(), quoted);
      }
      at++;
      return new Word.Literal("$", quoted);
    } finally {
      depth--;
    }
  }

  private int nameEnd(int from) {
    int end = from;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return end;
  }

  private Word.Part backticks(boolean quoted) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != '`') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length()) {
      throw new Misread("a backtick is opened here and never closed");
    }
    // the inner text stands at its own place; escapes within are rare and not taken apart
    String inner = text.substring(at + 1, end);
    Word.Part part =
        inner.indexOf('\\') >= 0
            ? new Word.Unknown(text.substring(at, end + 1), quoted)
            : new Word.Substitution(NodeReader.inner(source, at + 1, end, depth), quoted);
    at = end + 1;
    return part;
  }

  private Word.Part substitution(boolean quoted) {
    NodeReader reader = new NodeReader(source, at + 2, text.length(), depth);
    Node script = reader.untilClosed();
    at = reader.position();
    return new Word.Substitution(script, quoted);
  }

  private Word.Part arithmetic(boolean quoted) {
    int level = 0;
    int end = at + 1;
    do {
      level += text.charAt(end) == '(' ? 1 : text.charAt(end) == ')' ? -1 : 0;
      end++;
    } while (level > 0 && end < text.length());
    if (level > 0) {
      throw new Misread("a parenthesis is opened here and never closed");
    }
    String inner = text.substring(at, end);
    at = end;
    return new Word.Unknown(inner, quoted);
  }

  /** {@code ${name}}, {@code ${#name}}, {@code ${name:-word}} and the like. */
  private Word.Part braces(boolean quoted) {
    int start = at;
    at += 2;
    boolean length = at < text.length() && text.charAt(at) == '#' && !text.startsWith("#}", at);
    at += length ? 1 : 0;
    int end = nameEnd(at);
    if (end == at && at < text.length() && SPECIAL.indexOf(text.charAt(at)) >= 0) {
      end++;
    }
    String name = text.substring(at, end);
    at = end;
    StringBuilder operator = new StringBuilder();
    while (at < text.length() && ":-=+?#%".indexOf(text.charAt(at)) >= 0 && operator.length() < 2) {
      operator.append(text.charAt(at++));
    }
    if (at < text.length() && text.charAt(at) == '}' && operator.length() == 0) {
      at++;
      return new Word.Parameter(name, length ? "length" : "", Optional.empty(), quoted);
    }
    boolean known =
        List.of("-", ":-", "=", ":=", "+", ":+", "?", ":?", "#", "##", "%", "%%")
            .contains(operator.toString());
    int from = at;
    List<Word.Part> operand = within('}');
    return known && !name.isEmpty()
        ? new Word.Parameter(
            name, operator.toString(), Optional.of(new Word(operand, source.at(from))), quoted)
        : new Word.Unknown(text.substring(start, at), quoted);
  }

  /** The parts of a here-document in which variables count. */
  static List<Word.Part> document(String file, String body) {
    // a sign that no text has stands for the closing quote
    return new WordReader(SourceText.of(file, body + '\u0001')).within('\u0001');
  }
}
