package org.rulewalk.diagnostics.journal;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.simulator.value.Source;

/**
 * A known message and how often a machine said it.
 *
 * @param severity that of the message on this machine
 * @param names what the message names: {@code vm}, {@code host}, {@code script} …
 * @param vm the machine whose address the message names, where the capture tells
 * @param first the first of them
 * @param detail what was said right after it that belongs to it, such as the refused line of a
 *     script; empty if nothing
 * @param cause the line of a script or of dom0's rules that it is about
 */
public record Found(
    String machine,
    Message message,
    Severity severity,
    Map<String, String> names,
    Optional<String> vm,
    long count,
    JournalEntry first,
    String lastTime,
    int lastLine,
    String detail,
    Optional<Source> cause) {
  /** Keeps a copy. */
  public Found {
    names = Map.copyOf(names);
  }
}
