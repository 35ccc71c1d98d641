package org.rulewalk.parsers.nft;

/** A part of a rule that is not understood. Never leaves the package. */
class Misread extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Misread(String message) {
    super(message, null, false, false);
  }
}
