package org.rulewalk.diagnostics.expose;

/**
 * Something that becomes possible, or changes, besides what was asked for.
 *
 * @param stop where
 */
public record AlsoAllowed(Kind kind, Way.Stop stop, String other) {
  /** What it is. */
  public enum Kind {
    /** Nobody is left out: no prefix was named. */
    ANYBODY,
    /** Packets that are sent straight to the next machine, {@code other}, pass the entry too. */
    PAST_THE_TRANSLATION,
    /** The machine before, {@code other}, may ask with an address of the prefix as its own. */
    MACHINE_BEFORE,
    /** Another address of the entry's interface, {@code other}, forwards the port too. */
    OTHER_ADDRESS,
    /** Until now {@code other} answered at this port. */
    TAKEN_OVER
  }
}
