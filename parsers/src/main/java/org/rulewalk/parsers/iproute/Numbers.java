package org.rulewalk.parsers.iproute;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Numbers as {@code ip} prints them: decimal, or hexadecimal after 0x; empty for anything else. */
final class Numbers {
  private Numbers() {}

  static OptionalLong unsigned(String text) {
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    String digits = hex ? text.substring(2) : text;
    int radix = hex ? 16 : 10;
    if (digits.isEmpty() || digits.length() > 15) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return OptionalLong.empty();
      }
      value = value * radix + digit;
    }
    return OptionalLong.of(value);
  }

  /** A number below 2³¹. */
  static OptionalInt small(String text) {
    OptionalLong value = unsigned(text);
    return value.isPresent() && value.getAsLong() <= Integer.MAX_VALUE
        ? OptionalInt.of((int) value.getAsLong())
        : OptionalInt.empty();
  }
}
