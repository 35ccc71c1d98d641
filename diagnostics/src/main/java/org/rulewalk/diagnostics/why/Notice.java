package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * Something that whoever asks should know, beside the answer: the answer does not change by it.
 *
 * @param kind what sort of thing, in lower case with hyphens
 * @param machine whose it is
 * @param text whole sentences
 * @param source the place in the capture that shows it
 * @param now commands for a root shell of that machine that change it; may be empty
 */
public record Notice(
    String kind, String machine, String text, Optional<Source> source, List<String> now) {
  /** Keeps a copy. */
  public Notice {
    source = source.filter(Source::isKnown);
    now = List.copyOf(now);
  }
}
