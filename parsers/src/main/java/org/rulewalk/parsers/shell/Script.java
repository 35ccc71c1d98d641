package org.rulewalk.parsers.shell;

import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;

/**
 * A script that was read.
 *
 * @param interpreter what stands behind {@code #!} in its first line; empty without one
 * @param body its commands
 */
public record Script(SourceText text, Optional<String> interpreter, Node body) {
  /** Whether a shell runs it, as far as its first line tells. */
  public boolean isForShell() {
    return interpreter.isEmpty() || isShell(interpreter.get());
  }

  private static boolean isShell(String line) {
    for (String word : line.split("[ /]+")) {
      if (word.equals("sh")
          || word.equals("bash")
          || word.equals("dash")
          || word.equals("ash")
          || word.equals("ksh")) {
        return true;
      }
    }
    return false;
  }
}
