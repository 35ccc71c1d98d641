package org.rulewalk.diagnostics.qrexec;

import java.util.List;

/**
 * A change of dom0's policy.
 *
 * @param path the file in dom0, in the spelling of its system
 * @param line the line that it is about, from 1; for {@link Kind#APPEND} 0
 * @param text the line to write; empty where one is switched off
 * @param now commands for dom0's terminal; empty where the text is not safe to hand to a shell
 */
public record PolicyChange(Kind kind, String path, int line, String text, List<String> now) {
  /** Keeps a copy. */
  public PolicyChange {
    now = List.copyOf(now);
  }

  /** What is done. */
  public enum Kind {
    /** A line is put at the end of the file, which may be new. */
    APPEND,
    /** A line is put before another. */
    BEFORE,
    /** A line is put in the place of a wrong one. */
    REPLACE,
    /** A wrong line becomes a comment. */
    COMMENT
  }
}
