package org.rulewalk.simulator.value;

import java.util.Optional;

/** Reads and writes addresses: dotted decimal for IPv4, RFC 4291 and RFC 5952 for IPv6. */
final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  static Optional<Bits> ipv4(String text) {
    long value = 0;
    int dots = 0;
    int digits = 0;
    int octet = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (digits == 0 || ++dots > 3) {
          return Optional.empty();
        }
        value = value << 8 | octet;
        octet = 0;
        digits = 0;
      } else if (c >= '0' && c <= '9' && digits < 3) {
        octet = octet * 10 + c - '0';
        digits++;
        if (octet > 255) {
          return Optional.empty();
        }
      } else {
        return Optional.empty();
      }
    }
    return dots == 3 && digits > 0 ? Optional.of(Bits.of(value << 8 | octet)) : Optional.empty();
  }

  static String ipv4(int value) {
    return (value >>> 24)
        + "."
        + (value >>> 16 & 255)
        + "."
        + (value >>> 8 & 255)
        + "."
        + (value & 255);
  }

  static Optional<Bits> ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text).filter(g -> g.length == GROUPS).map(AddressText::join);
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    Optional<int[]> head = groups(text.substring(0, gap));
    Optional<int[]> tail = groups(text.substring(gap + 2));
    if (head.isEmpty() || tail.isEmpty() || head.get().length + tail.get().length >= GROUPS) {
      return Optional.empty();
    }
    int[] all = new int[GROUPS];
    System.arraycopy(head.get(), 0, all, 0, head.get().length);
    System.arraycopy(tail.get(), 0, all, GROUPS - tail.get().length, tail.get().length);
    return Optional.of(join(all));
  }

  private static Optional<int[]> groups(String text) {
    if (text.isEmpty()) {
      return Optional.of(new int[0]);
    }
    String[] words = text.split(":", -1);
    String last = words[words.length - 1];
    boolean dotted = last.indexOf('.') >= 0;
    int[] groups = new int[words.length + (dotted ? 1 : 0)];
    if (groups.length > GROUPS) {
      return Optional.empty();
    }
    for (int i = 0; i < words.length - (dotted ? 1 : 0); i++) {
      int group = hex(words[i]);
      if (group < 0) {
        return Optional.empty();
      }
      groups[i] = group;
    }
    if (dotted) {
      Optional<Bits> embedded = ipv4(last);
      if (embedded.isEmpty()) {
        return Optional.empty();
      }
      groups[groups.length - 2] = embedded.get().toInt() >>> 16;
      groups[groups.length - 1] = embedded.get().toInt() & 0xffff;
    }
    return Optional.of(groups);
  }

  private static int hex(String word) {
    if (word.isEmpty() || word.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static Bits join(int[] groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | groups[i];
      low = low << 16 | groups[i + 4];
    }
    return new Bits(high, low);
  }

  static String ipv6(Bits value) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = value.shiftRight(112 - 16 * i).toInt() & 0xffff;
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
