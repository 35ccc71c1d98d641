package org.rulewalk.simulator.value;

import java.util.HexFormat;
import java.util.Optional;

/**
 * An Ethernet address.
 *
 * @param value its 48 bits, first byte on top
 */
public record MacAddress(long value) {
  /** ff:ff:ff:ff:ff:ff. */
  public static final MacAddress BROADCAST = new MacAddress(0xffffffffffffL);

  /** Reads six hexadecimal bytes with colons; empty for anything else. */
  public static Optional<MacAddress> parse(String text) {
    String[] words = text.split(":", -1);
    if (words.length != 6) {
      return Optional.empty();
    }
    long value = 0;
    for (String word : words) {
      if (word.length() != 2
          || !HexFormat.isHexDigit(word.charAt(0))
          || !HexFormat.isHexDigit(word.charAt(1))) {
        return Optional.empty();
      }
      value = value << 8 | HexFormat.fromHexDigits(word);
    }
    return Optional.of(new MacAddress(value));
  }

  /** Whether the group bit is set: broadcast and multicast. */
  public boolean isGroup() {
    return (value >>> 40 & 1) != 0;
  }

  /** Six lower-case bytes with colons. */
  @Override
  public String toString() {
    return HexFormat.ofDelimiter(":").formatHex(Bits.of(value).toBytes(6));
  }
}
