package org.rulewalk.parsers.source;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The spelling that a capture's own names have. rulewalk speaks of PedOS; who captured Qubes OS is
 * to read, and to type, the names of files, units and tables that are there.
 */
public enum Naming {
  /** {@code PedOS-firewall}, {@code pbs-…}, {@code /etc/PedOS}. */
  PEDOS,
  /** {@code qubes-firewall}, {@code qbs-…}, {@code /etc/qubes}. */
  QUBES;

  /** As part of the name of a file, unit, table or service; elsewhere it is the system's name. */
  private static final Pattern IN_NAMES =
      Pattern.compile("(?<=[-./_@])PedOS|PedOS(?=[-./_][A-Za-z0-9])");

  private static final Pattern CHAINS = Pattern.compile("\\bpbs-");

  /** Qubes where names have that spelling and none has the other. */
  public static Naming of(Stream<String> names) {
    boolean qubes = false;
    for (String name : (Iterable<String>) names::iterator) {
      String plain = name.toLowerCase(Locale.ROOT);
      if (plain.contains("pedos") || plain.contains("pbs-")) {
        return PEDOS;
      }
      qubes |= plain.contains("qubes") || plain.contains("qbs-") || plain.contains("-qbs");
    }
    return qubes ? QUBES : PEDOS;
  }

  /** A text of rulewalk's with the names of this system. */
  public String spell(String text) {
    boolean other = this == QUBES && isNamedIn(text);
    return other
        ? CHAINS
            .matcher(IN_NAMES.matcher(text).replaceAll("qubes"))
            .replaceAll("qbs-")
            .replace("PedOS", "Qubes")
            .replace("PEDOS", "QBS")
        : text;
  }

  private static boolean isNamedIn(String text) {
    return text.contains("PedOS") || text.contains("pbs-") || text.contains("PEDOS");
  }
}
