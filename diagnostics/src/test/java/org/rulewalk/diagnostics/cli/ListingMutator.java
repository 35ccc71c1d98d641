package org.rulewalk.diagnostics.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes broken and strange listings out of good ones: words of the same language in other places,
 * numbers at the ends of their ranges, lines and blocks repeated, lost, moved or nested.
 */
final class ListingMutator {
  private static final String[] EDGES = {
    "0",
    "-1",
    "1",
    "255",
    "256",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "0x",
    "0xffffffffffffffffffffffffffffffffff",
    "1e99",
    "00",
    "0.0.0.0/0",
    "255.255.255.255",
    "1.2.3.4/33",
    "1.2.3.4/0.255.0.255",
    "::",
    "::/129",
    "::ffff:1.2.3.4",
    "fe80::1%eth0",
    "9-1",
    "1:",
    ":1",
    "!",
    "! !",
    "\"",
    "\\",
    "\"\\\"",
    "{",
    "}",
    "{ }",
    "[",
    "]",
    "(",
    "@",
    "#",
    ";",
    ",",
    "*",
    "+",
    "\u0000",
    "\u001b[31m",
    "\u202e",
    "é",
    "null",
    "COMMIT",
    "*filter",
    "-j",
    "-m",
    "--",
    "a_name_that_is_longer_than_any_name_that_the_kernel_would_ever_take_from_anyone"
  };

  /** How many characters one change adds at most. */
  private static final int MOST = 300_000;

  private final Random random;

  ListingMutator(Random random) {
    this.random = random;
  }

  /** A few changes, one after the other. */
  byte[] mutated(String text) {
    String changed = text;
    for (int left = 1 + random.nextInt(6); left > 0; left--) {
      changed = changed.length() > 4 * MOST ? text : once(changed);
    }
    byte[] bytes = changed.getBytes(encoding());
    if (random.nextInt(12) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private java.nio.charset.Charset encoding() {
    return random.nextInt(40) == 0 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }

  private String once(String text) {
    switch (random.nextInt(12)) {
      case 0:
        return text.substring(0, at(text));
      case 1:
        return text.replace("\n", "\r\n");
      case 2:
      case 3:
      case 4:
        return lines(text);
      case 5:
        return nested(text);
      default:
        return words(text);
    }
  }

  private int at(String text) {
    return random.nextInt(text.length() + 1);
  }

  private String lines(String text) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    int one = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(5)) {
      case 0:
        lines.remove(one);
        break;
      case 1:
        lines.add(one, lines.get(other));
        break;
      case 2:
        lines.set(one, lines.get(one) + " " + lines.get(other));
        break;
      case 3:
        for (int i = times(lines.get(one)); i > 0; i--) {
          lines.add(one, lines.get(one));
        }
        break;
      default:
        lines.add(other, lines.remove(one));
    }
    return String.join("\n", lines);
  }

  private int times(String repeated) {
    return 1 + random.nextInt(1 + MOST / (1 + repeated.length()));
  }

  /** A word, a bracket or a pair of words many times over: what would make a parser recurse. */
  private String nested(String text) {
    List<String> words = split(text);
    String word = words.get(random.nextInt(words.size())) + " ";
    String pair =
        random.nextBoolean() ? word : word + words.get(random.nextInt(words.size())) + " ";
    int at = at(text);
    return text.substring(0, at) + pair.repeat(times(pair)) + text.substring(at);
  }

  /** A word replaced, left out, doubled, or swapped with another one of the same text. */
  private String words(String text) {
    List<String> words = split(text);
    int one = random.nextInt(words.size());
    String other = words.get(random.nextInt(words.size()));
    switch (random.nextInt(4)) {
      case 0:
        words.set(one, "");
        break;
      case 1:
        words.add(one, other);
        break;
      case 2:
        words.set(one, other);
        break;
      default:
        words.set(one, EDGES[random.nextInt(EDGES.length)]);
    }
    return String.join("", words);
  }

  /** Words, signs and the blanks between them; together they are the text. */
  private static List<String> split(String text) {
    List<String> found = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= text.length(); i++) {
      boolean ends = i == text.length() || !isWord(text.charAt(i)) || !isWord(text.charAt(i - 1));
      if (ends) {
        found.add(text.substring(start, i));
        start = i;
      }
    }
    if (found.isEmpty()) {
      found.add("");
    }
    return found;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '/';
  }
}
