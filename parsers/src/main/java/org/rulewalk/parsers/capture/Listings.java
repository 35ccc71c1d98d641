package org.rulewalk.parsers.capture;

import java.util.Optional;
import java.util.StringTokenizer;
import org.rulewalk.simulator.value.Prefix;

/** Which listing a line is surely of. */
final class Listings {
  private Listings() {}

  static Optional<FileKind> kind(String line) {
    StringTokenizer words = new StringTokenizer(line);
    String first = words.hasMoreTokens() ? words.nextToken() : "";
    String second = words.hasMoreTokens() ? words.nextToken() : "";
    String third = words.hasMoreTokens() ? words.nextToken() : "";
    boolean numbered =
        first.endsWith(":") && first.length() > 1 && Character.isDigit(first.charAt(0));
    if (numbered && third.startsWith("<")) {
      return Optional.of(FileKind.ADDRESSES);
    }
    if (numbered && (second.equals("from") || second.equals("not"))) {
      return Optional.of(FileKind.RULES);
    }
    if (line.contains(" src=") && line.contains(" dst=")) {
      return Optional.of(FileKind.CONNECTIONS);
    }
    if (line.contains("Recv-Q") && line.contains("Send-Q")) {
      return Optional.of(FileKind.SOCKETS);
    }
    if (first.startsWith("net.") && second.equals("=")
        || first.startsWith("kernel.") && second.equals("=")) {
      return Optional.of(FileKind.SETTINGS);
    }
    if (second.equals("dev") && (line.contains(" lladdr ") || endsWithState(line))) {
      return Optional.of(FileKind.NEIGHBOURS);
    }
    return route(first, second, third);
  }

  /** Neighbours end with a word in capitals. */
  private static boolean endsWithState(String line) {
    String stripped = line.strip();
    String last = stripped.substring(stripped.lastIndexOf(' ') + 1);
    return !last.isEmpty() && last.chars().allMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static Optional<FileKind> route(String first, String second, String third) {
    boolean leads = second.equals("via") || second.equals("dev");
    if (first.equals("default") && leads) {
      return Optional.of(third.indexOf(':') >= 0 ? FileKind.ROUTES6 : FileKind.ROUTES);
    }
    Optional<Prefix> prefix = leads ? Prefix.parse(first) : Optional.empty();
    return prefix.map(p -> first.indexOf(':') >= 0 ? FileKind.ROUTES6 : FileKind.ROUTES);
  }
}
