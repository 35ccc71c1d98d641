package org.rulewalk.diagnostics.journal;

import java.util.Locale;

/** How much a message matters, worst first. */
public enum Severity {
  /** A service does not work: it concerns all clients of the machine. */
  BROKEN,
  /** The traffic of one VM, or some packets, are stopped because something went wrong. */
  BLOCKED,
  /** A part is missing: one line of a script, DNS, one interface. */
  PARTLY,
  /** The journal itself is incomplete. */
  LOST,
  /** As it should be, or without effect on packets. */
  FINE;

  /** The word of the JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
