package org.rulewalk.diagnostics.qrexec;

/** Whether a word of a policy stands for a VM: yes, no, or not to be told without a file. */
sealed interface Fit {
  /** It does. */
  Fit YES = Known.YES;

  /** It does not. */
  Fit NO = Known.NO;

  /** What is certain. */
  enum Known implements Fit {
    YES,
    NO
  }

  /**
   * The capture does not tell.
   *
   * @param missing the file that would
   */
  record Open(String missing) implements Fit {}

  static Fit of(boolean value) {
    return value ? YES : NO;
  }

  /** Both hold. */
  default Fit and(Fit other) {
    if (this == NO || other == NO) {
      return NO;
    }
    return this == YES ? other : this;
  }
}
