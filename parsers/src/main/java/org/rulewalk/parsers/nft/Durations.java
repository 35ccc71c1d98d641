package org.rulewalk.parsers.nft;

/** Spans of time as nft writes them: {@code 1d2h3m4s5ms}. */
final class Durations {
  private Durations() {}

  /** Milliseconds; a bare number is seconds. */
  static long millis(String text) {
    long total = 0;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
        digits++;
      }
      int unit = digits;
      while (unit < text.length() && Character.isLetter(text.charAt(unit))) {
        unit++;
      }
      if (digits == at || digits - at > 15) {
        throw new Misread("`" + text + "` is no span of time");
      }
      total +=
          Long.parseLong(text.substring(at, digits)) * factor(text.substring(digits, unit), text);
      at = unit;
    }
    return total;
  }

  /** As nft writes it. */
  static String text(long millis) {
    StringBuilder text = new StringBuilder();
    long rest = millis;
    for (String unit : new String[] {"d", "h", "m", "s", "ms"}) {
      long amount = rest / factor(unit, unit);
      rest %= factor(unit, unit);
      if (amount > 0) {
        text.append(amount).append(unit);
      }
    }
    return text.length() == 0 ? "0s" : text.toString();
  }

  private static long factor(String unit, String text) {
    switch (unit) {
      case "w":
      case "week":
        return 7L * 24 * 3600 * 1000;
      case "d":
      case "day":
        return 24L * 3600 * 1000;
      case "h":
      case "hour":
        return 3600L * 1000;
      case "m":
      case "minute":
        return 60L * 1000;
      case "":
      case "s":
      case "second":
        return 1000;
      case "ms":
        return 1;
      default:
        throw new Misread("`" + text + "` is no span of time");
    }
  }
}
