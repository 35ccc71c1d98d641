package org.rulewalk.parsers.host;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Settings;

/**
 * Reads {@code sysctl -a} ({@code name = value}), the older {@code name: value}, and paths as in
 * {@code grep . /proc/sys/…} ({@code /proc/sys/net/ipv4/ip_forward:1}). Of a name that comes twice
 * the last counts.
 */
public final class SysctlListing {
  private static final String PROC = "/proc/sys/";

  private SysctlListing() {}

  /** The settings of a text. */
  public static Settings parse(SourceText text, Problems problems) {
    Map<String, Settings.Entry> entries = new HashMap<>();
    for (int line = 1; line <= text.lineCount(); line++) {
      String content = text.line(line).strip();
      if (content.isEmpty()
          || content.startsWith("#")
          || content.startsWith(";")
          || isComplaint(content)) {
        continue;
      }
      int sign = sign(content);
      if (sign <= 0) {
        problems.warn("sysctl-line", "no `name = value`", text.atLine(line), 0, "");
        continue;
      }
      String name = dotted(content.substring(0, sign).strip());
      entries.put(name, new Settings.Entry(content.substring(sign + 1).strip(), text.atLine(line)));
    }
    return new Settings(entries);
  }

  /** What sysctl says of settings that it may not read. */
  private static boolean isComplaint(String content) {
    return content.startsWith("sysctl: ");
  }

  private static int sign(String content) {
    int equals = content.indexOf('=');
    int colon = content.indexOf(':');
    return equals >= 0 && (colon < 0 || equals < colon || content.charAt(equals - 1) == ' ')
        ? equals
        : colon;
  }

  /** Paths turn slashes into dots, and the dots of interface names into slashes. */
  private static String dotted(String name) {
    String path = name.startsWith(PROC) ? name.substring(PROC.length()) : name;
    int slash = path.indexOf('/');
    int dot = path.indexOf('.');
    if (slash < 0 || dot >= 0 && dot < slash) {
      return path;
    }
    StringBuilder dotted = new StringBuilder(path);
    for (int i = 0; i < dotted.length(); i++) {
      char c = dotted.charAt(i);
      dotted.setCharAt(i, c == '/' ? '.' : c == '.' ? '/' : c);
    }
    return dotted.toString();
  }
}
