package org.rulewalk.parsers.host;

/** Decimal numbers in listings. */
final class Decimal {
  private Decimal() {}

  /** The number, or −1 for anything else than up to 18 digits. */
  static long parse(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }

  /** A port, or −1. */
  static int port(String text) {
    long value = parse(text);
    return value <= 0xffff ? (int) value : -1;
  }
}
