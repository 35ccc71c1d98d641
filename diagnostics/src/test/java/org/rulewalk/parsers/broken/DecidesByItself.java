package org.rulewalk.parsers.broken;

import org.rulewalk.simulator.kernel.State;

/** Breaks the rule that parsers decide nothing. */
public final class DecidesByItself {
  private DecidesByItself() {}

  /** Uses what a parser must not use. */
  public static State state() {
    return State.EMPTY;
  }
}
