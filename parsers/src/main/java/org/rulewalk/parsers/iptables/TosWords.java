package org.rulewalk.parsers.iptables;

import java.util.Locale;
import java.util.Map;

/** Names of TOS values and DSCP classes. */
final class TosWords {
  private static final Map<String, Integer> TOS =
      Map.of(
          "minimize-delay",
          0x10,
          "maximize-throughput",
          0x08,
          "maximize-reliability",
          0x04,
          "minimize-cost",
          0x02,
          "normal-service",
          0x00);

  /** A name leaves the top bits alone (libxt_tos: mask 0x3f). */
  private static final int NAME_MASK = 0x3f;

  private TosWords() {}

  static Values.Mark read(String text) {
    Integer named = TOS.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return new Values.Mark(named, NAME_MASK);
    }
    int slash = text.indexOf('/');
    return slash < 0
        ? new Values.Mark(Values.number(text), 0xff)
        : new Values.Mark(
            Values.number(text.substring(0, slash)), Values.number(text.substring(slash + 1)));
  }

  static long dscp(String text) {
    String word = text.toUpperCase(Locale.ROOT);
    if (word.equals("EF")) {
      return 46;
    }
    if (word.equals("BE")) {
      return 0;
    }
    if (word.length() == 3 && word.startsWith("CS")) {
      return 8L * (word.charAt(2) - '0');
    }
    if (word.length() == 4 && word.startsWith("AF")) {
      return 8L * (word.charAt(2) - '0') + 2L * (word.charAt(3) - '0');
    }
    return Values.number(text);
  }
}
