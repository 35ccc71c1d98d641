package org.rulewalk.diagnostics.cli;

/**
 * Something that the user gave and that can't be used; the message says what, in words for people.
 */
final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInput(String message) {
    super(message);
  }
}
