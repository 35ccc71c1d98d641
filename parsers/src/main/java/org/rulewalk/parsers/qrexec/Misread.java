package org.rulewalk.parsers.qrexec;

/** A line that qrexec refuses; the message is qrexec's own, the hint says what was meant. */
final class Misread extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  Misread(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  String hint() {
    return hint;
  }
}
