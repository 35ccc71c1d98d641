package org.rulewalk.parsers.journal;

import java.time.LocalDateTime;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * One message of a journal.
 *
 * @param file path inside the capture
 * @param line where it starts, from 1
 * @param time as the journal shows it; JSON's microseconds as a date of UTC
 * @param at the same as a date where it has one; the short form has no year and gets the one that
 *     the reader was given
 * @param identifier who says it, in PedOS' spelling; {@code kernel} for the kernel
 * @param unit the unit that it belongs to or is about, in PedOS' spelling; empty if not told
 * @param message without the parts above; at most {@value #MOST_CHARACTERS} characters
 */
public record JournalEntry(
    String file,
    int line,
    String time,
    Optional<LocalDateTime> at,
    String identifier,
    String unit,
    String message) {
  /** So many characters of a message are kept. */
  public static final int MOST_CHARACTERS = 8192;

  private static final int MOST_SHOWN = 400;

  /** Whether the kernel says it. */
  public boolean isKernel() {
    return identifier.equals("kernel");
  }

  /** The place in the capture, with the message as its text. */
  public Source source() {
    String shown = message.length() > MOST_SHOWN ? message.substring(0, MOST_SHOWN) + "…" : message;
    return new Source(file, line, 0, shown.replace('\n', ' '));
  }

  /** The same with a further line of its message. */
  JournalEntry and(String further) {
    boolean full = message.length() + further.length() >= MOST_CHARACTERS;
    return full
        ? this
        : new JournalEntry(file, line, time, at, identifier, unit, message + "\n" + further);
  }
}
