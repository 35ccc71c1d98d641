package org.rulewalk.parsers.source;

/**
 * How rules are to be written.
 *
 * @param ownTexts whether a rule keeps the words that it was read from, where these still say what
 *     it does
 * @param forLoading whether the tools are to load the result: then what they would refuse is left
 *     out, in a remark; else it is written as the listing had it
 */
public record Writing(boolean ownTexts, boolean forLoading) {
  /** As a capture holds it. */
  public static final Writing CAPTURE = new Writing(true, false);

  /** For the tools to load. */
  public static final Writing LOADING = new Writing(true, true);
}
