package org.rulewalk.diagnostics.forwarding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.simulator.value.Source;

/**
 * One thing that is needed for a forwarded port.
 *
 * @param table the table whose rule it is; empty for sockets, and where any table would do
 * @param chain the chain in which the rule stands, or is missing
 * @param target what is wanted: the address that the destination becomes, or that may pass
 * @param source the rule or socket that was meant for it
 * @param differs what keeps that rule from matching
 * @param shadowedBy the rule or policy that decides before it, or in spite of it
 */
public record ForwardStep(
    String machine,
    Kind kind,
    Optional<String> table,
    Optional<String> chain,
    String target,
    State state,
    Optional<Source> source,
    List<MatchWords.Mismatch> differs,
    Optional<Source> shadowedBy) {
  /** Keeps a copy. */
  public ForwardStep {
    differs = List.copyOf(differs);
    source = source.filter(Source::isKnown);
    shadowedBy = shadowedBy.filter(Source::isKnown);
  }

  /** What is needed. */
  public enum Kind {
    /** The destination is translated to the next machine. */
    DNAT,
    /** A chain of the forward hook lets it pass. */
    FORWARD,
    /** A chain of the input hook lets it in. */
    INPUT,
    /** Something listens. */
    LISTENS;

    /** The word of the JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it stands. */
  public enum State {
    /** It is there and works. */
    PRESENT,
    /** Nothing was written for it. */
    MISSING,
    /** Something was written for it, but does not match, or leads elsewhere. */
    WRONG,
    /** Something was written for it and matches, but another decides. */
    SHADOWED,
    /** The capture does not tell. */
    UNKNOWN;

    /** The word of the JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
