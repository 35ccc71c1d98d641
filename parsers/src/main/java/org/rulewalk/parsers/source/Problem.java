package org.rulewalk.parsers.source;

import org.rulewalk.simulator.value.Source;

/**
 * Something in a capture that could not be read, or is odd.
 *
 * @param id a stable name for the kind of problem, in lower case with hyphens
 * @param severity how much is lost
 * @param message one sentence part, lower case, no full stop, the offending words in backticks
 * @param where the place
 * @param length how many characters from there are meant; 0 for the rest of the line
 * @param help what to do, or empty
 */
public record Problem(
    String id, Severity severity, String message, Source where, int length, String help) {
  /** How much is lost. */
  public enum Severity {
    /** The file, or what depends on this place, could not be used. */
    ERROR,
    /** Something was skipped or is not understood; answers that depend on it say so. */
    WARNING,
    /** Nothing is lost. */
    NOTE
  }
}
