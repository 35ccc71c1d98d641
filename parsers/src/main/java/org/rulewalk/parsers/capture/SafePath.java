package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of archive entries, which may be anything that somebody wrote into the archive. */
final class SafePath {
  private static final int MOST_PARTS = 16;
  private static final int MOST_CHARACTERS = 1024;

  private SafePath() {}

  /**
   * The name without {@code ./} and double slashes; empty if it leads out, is absolute or absurd.
   */
  static Optional<String> clean(String name) {
    if (name.length() > MOST_CHARACTERS
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || hasControl(name)) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/")) {
      if (part.equals("..") || part.length() == 2 && part.charAt(1) == ':') {
        return Optional.empty();
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts.isEmpty() || parts.size() > MOST_PARTS
        ? Optional.empty()
        : Optional.of(String.join("/", parts));
  }

  private static boolean hasControl(String name) {
    return name.chars().anyMatch(c -> c < ' ' || c == 0x7f);
  }
}
