package org.rulewalk.diagnostics.journal;

import java.util.List;
import org.rulewalk.parsers.journal.JournalReader;

/**
 * What journals say.
 *
 * @param journals what was read
 * @param found known messages, worst first
 * @param logged packets that were logged, most frequent first
 * @param unknown messages of the firewall's units that are not known
 * @param uncounted messages beyond what is kept apart
 */
public record Report(
    List<Journal> journals,
    List<Found> found,
    List<Logged> logged,
    List<Unknown> unknown,
    long uncounted) {
  /** Keeps copies. */
  public Report {
    journals = List.copyOf(journals);
    found = List.copyOf(found);
    logged = List.copyOf(logged);
    unknown = List.copyOf(unknown);
  }

  /** One journal that was read. */
  public record Journal(String machine, String file, JournalReader.Summary summary) {}

  /** Whether something is wrong. */
  public boolean isTroubled() {
    return found.stream().anyMatch(f -> f.severity() != Severity.FINE);
  }
}
