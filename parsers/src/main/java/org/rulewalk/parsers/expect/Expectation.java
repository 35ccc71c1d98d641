package org.rulewalk.parsers.expect;

import java.util.List;
import org.rulewalk.simulator.value.Source;

/**
 * One expectation.
 *
 * @param name what its author calls it; its own words where there is no name
 * @param from who asks: machines, addresses, prefixes; empty where it was left out
 * @param to who is asked
 * @param services which services; empty where they were left out
 * @param where its place in the file
 */
public record Expectation(
    Kind kind, String name, List<Word> from, List<Word> to, List<Word> services, Source where) {
  /** Keeps copies. */
  public Expectation {
    from = List.copyOf(from);
    to = List.copyOf(to);
    services = List.copyOf(services);
  }

  /** What is expected. */
  public enum Kind {
    /** All of it gets through. */
    ALLOW,
    /** Nothing of it gets through. */
    DENY,
    /** Nothing else gets through. */
    ONLY
  }

  /** A word with its place. */
  public record Word(String text, Source where) {}
}
