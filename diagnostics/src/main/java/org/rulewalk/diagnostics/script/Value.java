package org.rulewalk.diagnostics.script;

import java.util.Optional;

/**
 * The value of a variable.
 *
 * @param text empty where it can't be known
 */
record Value(Optional<String> text) {
  static final Value UNKNOWN = new Value(Optional.empty());

  static Value of(String text) {
    return new Value(Optional.of(text));
  }
}
