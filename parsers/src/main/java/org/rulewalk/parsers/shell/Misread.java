package org.rulewalk.parsers.shell;

/** Thrown within this package where a script can't be read on. */
final class Misread extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Misread(String message) {
    super(message, null, false, false);
  }
}
