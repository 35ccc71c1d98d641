package org.rulewalk.simulator.trace;

/** What a program sees that connects, sends a datagram and waits, or pings. */
public enum ConnectResult {
  CONNECTED("connected"),
  ANSWERED("answered"),
  REFUSED("refused"),
  UNREACHABLE("unreachable"),
  NOT_PERMITTED("not-permitted"),
  NO_ANSWER("no-answer");

  private final String word;

  ConnectResult(String word) {
    this.word = word;
  }

  /** The word of the JSON contract. */
  public String word() {
    return word;
  }

  /** Whether the other side was reached and answered as hoped. */
  public boolean isSuccess() {
    return this == CONNECTED || this == ANSWERED;
  }
}
