package org.rulewalk.parsers.nft;

import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;

/**
 * Cuts nft text into tokens, one at a time (nftables: src/scanner.l).
 *
 * <p>A word that begins with a letter may hold {@code - / . _}; one that begins with a digit ends
 * before them, so that {@code 80-443} is a range and {@code echo-request} a word.
 */
final class Lexer {
  /** Kinds of token. */
  enum Kind {
    WORD,
    NUMBER,
    ADDRESS,
    STRING,
    SIGN,
    /** A line's end or a semicolon. */
    END_OF_STATEMENT,
    END
  }

  /** What old versions put around a device of an ingress chain. */
  /** What nft prints behind a number that it has no type for. */
  private static final String UNTYPED = "[invalid type]";

  /** How a range of traffic classes begins that starts with none: {@code none-0:5}. */
  private static final String RANGE_FROM_NONE = "none-";

  private static final String ESCAPED_QUOTE = "\\\"";

  private static final int LONGEST_ADDRESS = 45;

  private final String text;
  private int at;
  private Kind kind = Kind.END;
  private String word = "";
  private int start;
  private int previousEnd;
  private long handle = -1;

  Lexer(String text) {
    this.text = text;
    next();
  }

  Kind kind() {
    return kind;
  }

  String word() {
    return word;
  }

  /** Where the token starts. */
  int start() {
    return start;
  }

  /** The text from an offset to the end of the token before this one. */
  String textFrom(int from) {
    return slice(from, previousEnd).strip();
  }

  /** The handle that the last comment named, once; -1 if none did. */
  long takeHandle() {
    long found = handle;
    handle = -1;
    return found;
  }

  String slice(int from, int to) {
    return text.substring(from, Math.max(from, to));
  }

  /**
   * Whether the listing printed an empty word between the token before this one and the line's end:
   * two blanks before {@code # handle} or a comment, one before the line break.
   */
  boolean isEmptyWordBehind() {
    return text.startsWith("  ", previousEnd)
        || text.startsWith(" \n", previousEnd)
        || previousEnd == text.length() - 1 && text.endsWith(" ");
  }

  /** Goes back to where a token started. */
  void back(int offset) {
    at = offset;
    next();
  }

  void next() {
    previousEnd = at;
    skipBlanks();
    start = at;
    if (at >= text.length()) {
      set(Kind.END, "");
      return;
    }
    char c = text.charAt(at);
    if (c == '\n' || c == ';') {
      at++;
      set(Kind.END_OF_STATEMENT, String.valueOf(c));
    } else if (c == '"') {
      string("\"");
    } else if (text.startsWith(ESCAPED_QUOTE, at)) {
      string(ESCAPED_QUOTE);
    } else if (!address() && !wordOrNumber(c)) {
      sign(c);
    }
  }

  private void set(Kind what, String found) {
    kind = what;
    word = found;
  }

  private void skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        comment();
      } else if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
        at += 2;
      } else if (text.startsWith(UNTYPED, at)) {
        at += UNTYPED.length();
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        at++;
      } else {
        return;
      }
    }
  }

  private void comment() {
    int end = text.indexOf('\n', at);
    end = end < 0 ? text.length() : end;
    String prefix = "# handle ";
    if (text.startsWith(prefix, at)) {
      String digits = text.substring(at + prefix.length(), end).strip();
      handle = digits.length() < 19 ? Literals.number(digits).orElse(-1) : -1;
    }
    at = end;
  }

  private void string(String quote) {
    int from = at + quote.length();
    int end = from;
    while (end < text.length() && !text.startsWith(quote, end) && text.charAt(end) != '\n') {
      end++;
    }
    set(Kind.STRING, text.substring(from, end));
    at = text.startsWith(quote, end) ? end + quote.length() : end;
  }

  private static boolean isAddressCharacter(char c) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'f'
        || c >= 'A' && c <= 'F'
        || c == ':'
        || c == '.';
  }

  /** IPv4, IPv6 and Ethernet addresses, the longest that is one, and traffic classes. */
  private boolean address() {
    int end = at;
    int colons = 0;
    int colon = -1;
    int dots = 0;
    while (end < text.length()
        && end - at <= LONGEST_ADDRESS
        && isAddressCharacter(text.charAt(end))) {
      if (text.charAt(end) == ':') {
        colon = colons++ == 0 ? end : colon;
      }
      dots += text.charAt(end) == '.' ? 1 : 0;
      end++;
    }
    if (colons >= 2) {
      String run = text.substring(at, end);
      if (IpAddress.parse(run).isPresent() || MacAddress.parse(run).isPresent()) {
        return took(end);
      }
    }
    if (colons == 1 && isTrafficClass(colon, end)) {
      return took(end);
    }
    if (dots == 3) {
      int stop = colon >= 0 ? colon : end;
      if (IpAddress.parse(text.substring(at, stop)).isPresent()) {
        return took(stop);
      }
    }
    return false;
  }

  /** {@code 1:13}, as scanner.l tells it from a key and what a map holds for it. */
  private boolean isTrafficClass(int colon, int end) {
    boolean ends = end == text.length() || " \t\n;:-},)".indexOf(text.charAt(end)) >= 0;
    return ends
        && text.substring(at, end).indexOf('.') < 0
        && colon > at
        && colon - at <= 4
        && end - colon > 1
        && end - colon <= 5;
  }

  private boolean took(int end) {
    set(Kind.ADDRESS, text.substring(at, end));
    at = end;
    return true;
  }

  private boolean wordOrNumber(char c) {
    boolean number = Character.isDigit(c);
    if (!number && !isLetter(c)) {
      return false;
    }
    int end = at + 1;
    while (end < text.length() && (number ? isNumberPart(text.charAt(end)) : isWordPart(end))) {
      end++;
    }
    if (text.startsWith(RANGE_FROM_NONE, at)) {
      end = at + RANGE_FROM_NONE.length() - 1;
    }
    // a name's beginning may stand without quotes: vif*
    boolean stem = !number && end < text.length() && text.charAt(end) == '*';
    end += stem ? 1 : 0;
    set(number ? Kind.NUMBER : stem ? Kind.STRING : Kind.WORD, text.substring(at, end));
    at = end;
    return true;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
  }

  private static boolean isNumberPart(char c) {
    return Character.isDigit(c) || isLetter(c);
  }

  private boolean isWordPart(int index) {
    char c = text.charAt(index);
    return isLetter(c) || Character.isDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
  }

  private void sign(char c) {
    for (String two : new String[] {"==", "!=", "<=", ">=", "<<", ">>"}) {
      if (text.startsWith(two, at)) {
        at += 2;
        set(Kind.SIGN, two);
        return;
      }
    }
    at++;
    set(Kind.SIGN, String.valueOf(c));
  }
}
