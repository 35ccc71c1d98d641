package org.rulewalk.parsers.host;

import java.util.TreeMap;
import org.rulewalk.simulator.network.Settings;

/** Writes settings as {@code sysctl -a} lists them. */
public final class SysctlWriter {
  private SysctlWriter() {}

  /** All of them by name. */
  public static String write(Settings settings) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(settings.entries())
        .forEach((name, entry) -> text.append(name + " = " + entry.value()).append('\n'));
    return text.toString();
  }
}
