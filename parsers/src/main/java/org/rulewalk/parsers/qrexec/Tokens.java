package org.rulewalk.parsers.qrexec;

import java.util.List;
import java.util.Optional;

/**
 * What may stand for a VM in each column: a name, or a word that begins with {@code @}
 * (qrexec/policy/parser.py, {@code VMToken} and the classes below it).
 */
final class Tokens {
  private Tokens() {}

  /** Columns, with the words that each takes. */
  enum Place {
    /** Third column. */
    SOURCE(List.of("*", "@adminvm", "@anyvm"), List.of("@type:", "@tag:", "@dispvm:")),
    /** Fourth column. */
    TARGET(
        List.of("*", "@adminvm", "@anyvm", "@default", "@dispvm"),
        List.of("@type:", "@tag:", "@dispvm:", "@dispvm:@tag:")),
    /** {@code target=} and {@code default_target=}. */
    REDIRECT(List.of("@adminvm", "@dispvm"), List.of("@dispvm:"));

    private final List<String> words;
    private final List<String> prefixes;

    Place(List<String> words, List<String> prefixes) {
      this.words = words;
      this.prefixes = prefixes;
    }

    private String shown() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Checks a word of R4.1 and later. */
  static String check(String token, Place place) throws Misread {
    if (token.isEmpty()) {
      throw new Misread("invalid empty " + place.shown() + " token", "name a VM behind the =");
    }
    boolean special = token.startsWith("@") || token.equals("*");
    if (!special || place.words.contains(token)) {
      return token;
    }
    for (String prefix : place.prefixes) {
      String value = token.startsWith(prefix) ? token.substring(prefix.length()) : "@";
      if (value.isEmpty()) {
        throw new Misread("invalid empty " + prefix + " token: '" + token + "'", "");
      }
      if (!value.startsWith("@")) {
        return token;
      }
    }
    throw new Misread("invalid " + place.shown() + " token: '" + token + "'", allowed(place));
  }

  private static String allowed(Place place) {
    return "here may stand a VM's name, "
        + String.join(", ", place.words)
        + ", "
        + String.join("…, ", place.prefixes)
        + "…";
  }

  /** Checks a word of R4.0; the message is that release's. */
  static String checkOld(String token, Place place, String message) throws Misread {
    boolean fine = !token.startsWith("@") || isOldWord(token, place);
    if (!fine) {
      throw new Misread(message, allowed(place));
    }
    return token;
  }

  private static boolean isOldWord(String token, Place place) {
    boolean many = place != Place.REDIRECT;
    boolean target = place != Place.SOURCE;
    if (token.equals("@adminvm") || many && token.equals("@anyvm")) {
      return true;
    }
    if (value(token, "@tag:").or(() -> value(token, "@type:")).isPresent()) {
      return many;
    }
    boolean one = value(token, "@dispvm:").filter(v -> !v.startsWith("@")).isPresent();
    boolean some = place == Place.TARGET && value(token, "@dispvm:@tag:").isPresent();
    return target && (token.equals("@dispvm") || one || some)
        || place == Place.TARGET && token.equals("@default");
  }

  private static Optional<String> value(String token, String prefix) {
    return token.startsWith(prefix) && token.length() > prefix.length()
        ? Optional.of(token.substring(prefix.length()))
        : Optional.empty();
  }
}
