package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.value.Source;

/**
 * Something that the answer depends on and that the capture does not tell.
 *
 * @param kind what sort of thing
 * @param subject the words of the rule or the name of the thing in doubt
 * @param likely what is taken for granted when one answer must be given: whether the match holds
 * @param where the rule or setting that asks
 */
public record Doubt(Kind kind, String subject, boolean likely, Source where) {
  /** The sorts of doubt; renderers have a sentence for each. */
  public enum Kind {
    /** A rate limit: whether it is used up at that moment. */
    RATE_LIMIT,
    /** A quota or connection count: how much of it was used. */
    USED_AMOUNT,
    /** Chance. */
    RANDOM,
    /** The clock. */
    TIME,
    /** What earlier packets left behind in a list or set. */
    HISTORY,
    /** Something of the sending or receiving process: user, group, socket. */
    PROCESS,
    /** The rule was read but not understood. */
    NOT_UNDERSTOOD,
    /** The rule was understood, but what it does is not simulated. */
    NOT_SIMULATED,
    /** A listing that prints an extension's name but not its arguments. */
    LOST_ARGUMENTS,
    /** How a version of the tool loaded what the listing prints the same either way. */
    LOADED_AS,
    /** A set, chain or object that the rule names is not in the capture. */
    MISSING_REFERENCE,
    /** A file that would decide is not in the capture. */
    MISSING_FILE,
    /** A program outside the kernel decides. */
    USER_SPACE
  }

  /** The same doubt, at a rule. */
  public Doubt at(Source place) {
    return where.isKnown() ? this : new Doubt(kind, subject, likely, place);
  }
}
