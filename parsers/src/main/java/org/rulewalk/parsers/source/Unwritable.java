package org.rulewalk.parsers.source;

/** Why something of the model can't be said in a language. */
public final class Unwritable extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the reason in words for people: one sentence part, lower case, no full stop. */
  public Unwritable(String reason) {
    super(reason, null, false, false);
  }
}
