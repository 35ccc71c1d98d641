package org.rulewalk.simulator.trace;

/** What a program is told whose packet does not even leave (the errno of sendto). */
public enum SendError {
  /** EPERM: a rule dropped it at output or postrouting. */
  NOT_PERMITTED("not-permitted"),
  /** ENETUNREACH, EHOSTUNREACH or EACCES: no route. */
  UNREACHABLE("unreachable"),
  /** EINVAL: a blackhole route, or an address that can't be. */
  INVALID("EINVAL"),
  /** EMSGSIZE: larger than the interface takes. */
  TOO_LONG("EMSGSIZE");

  private final String word;

  SendError(String word) {
    this.word = word;
  }

  /** The word of the JSON contract. */
  public String word() {
    return word;
  }
}
