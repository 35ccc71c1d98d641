package org.rulewalk.diagnostics.journal;

import org.rulewalk.parsers.journal.JournalEntry;

/** A message of the firewall's own units that is not known, and how often it was said. */
public record Unknown(String machine, long count, JournalEntry first, String lastTime) {}
