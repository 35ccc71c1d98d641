package org.rulewalk.diagnostics.script;

/** A pattern of {@code case} and of trimming: {@code * ? [a-z]}. */
final class Glob {
  private final String pattern;

  Glob(String pattern) {
    this.pattern = pattern;
  }

  /** Whether all of the text fits; time grows with the product of both lengths at most. */
  boolean matches(String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      int width = p < pattern.length() ? fits(p, text.charAt(t)) : 0;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (width > 0) {
        p += width;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** How many characters of the pattern the text's character fits; 0 if it doesn't. */
  private int fits(int at, char c) {
    char sign = pattern.charAt(at);
    int close = sign == '[' ? pattern.indexOf(']', at + 2) : -1;
    if (close < 0) {
      return sign == '?' || sign == c ? 1 : 0;
    }
    String list = pattern.substring(at + 1, close);
    boolean not = list.startsWith("!") || list.startsWith("^");
    boolean found = false;
    for (int i = not ? 1 : 0; i < list.length(); i++) {
      if (i + 2 < list.length() && list.charAt(i + 1) == '-') {
        found |= c >= list.charAt(i) && c <= list.charAt(i + 2);
        i += 2;
      } else {
        found |= c == list.charAt(i);
      }
    }
    return found != not ? close - at + 1 : 0;
  }
}
