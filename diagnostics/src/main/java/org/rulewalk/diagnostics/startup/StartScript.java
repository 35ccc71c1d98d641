package org.rulewalk.diagnostics.startup;

import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;

/**
 * A script that a machine may run when it starts.
 *
 * @param path where it lies on the machine: {@code /rw/config/rc.local}
 * @param executable whether its mode lets it run; empty where the capture does not tell
 */
public record StartScript(String path, Kind kind, SourceText text, Optional<Boolean> executable) {
  /** When scripts run. */
  public enum Kind {
    /** Once at the end of the start, on every machine. */
    RC_LOCAL,
    /** Whenever the firewall's service starts, and only where that service runs. */
    FIREWALL
  }

  /** Whether its first line names what runs it. */
  public boolean hasInterpreter() {
    return text.text().startsWith("#!");
  }

  /** Whether it holds anything but remarks. */
  public boolean isEmpty() {
    return text.text().lines().map(String::strip).allMatch(l -> l.isEmpty() || l.startsWith("#"));
  }
}
