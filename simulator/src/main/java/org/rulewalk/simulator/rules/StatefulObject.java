package org.rulewalk.simulator.rules;

import java.util.List;
import org.rulewalk.simulator.value.Source;

/**
 * A named object of an nf_tables table, or one of its flowtables.
 *
 * @param matches for a limit or quota, the test that a rule naming it makes; else empty
 * @param text the object's body: lines parted by semicolons and a blank, as {@code nft} writes them
 */
public record StatefulObject(
    Kind kind, String name, List<Match> matches, String text, Source source) {
  /** Keeps a copy. */
  public StatefulObject {
    matches = List.copyOf(matches);
  }

  /** The kinds of object. */
  public enum Kind {
    COUNTER("counter"),
    QUOTA("quota"),
    LIMIT("limit"),
    CT_HELPER("ct helper"),
    CT_TIMEOUT("ct timeout"),
    CT_EXPECTATION("ct expectation"),
    SECMARK("secmark"),
    SYNPROXY("synproxy"),
    TUNNEL("tunnel"),
    FLOWTABLE("flowtable");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As {@code nft} writes it. */
    public String words() {
      return words;
    }
  }
}
