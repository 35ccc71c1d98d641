package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.simulator.value.Source;

/**
 * One command that a script came to, or that could not be read.
 *
 * @param words with all variables put in; empty where they aren't known
 * @param text as it stands in the script
 * @param status its exit status; empty where it isn't known
 * @param message what the tool said, or why the command is not understood; empty if nothing
 * @param certain whether the script surely comes here
 * @param doubt what it depends on whether it comes here; empty if it is certain
 * @param asked whether its status only decides what is done next: a condition, or before {@code &&}
 *     or {@code ||}
 */
public record Executed(
    Source source,
    List<String> words,
    String text,
    Outcome.Kind kind,
    OptionalInt status,
    String message,
    boolean certain,
    String doubt,
    boolean asked) {
  /** Keeps a copy. */
  public Executed {
    words = List.copyOf(words);
  }

  /** Whether it failed for certain. */
  public boolean failed() {
    return status.isPresent() && status.getAsInt() != 0;
  }
}
