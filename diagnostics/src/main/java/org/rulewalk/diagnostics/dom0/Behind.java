package org.rulewalk.diagnostics.dom0;

import java.util.Optional;

/** What in dom0 is behind a rule that decided, and how the rules it belongs to stand. */
public record Behind(Standing standing, Origin origin) {
  /** The rule's number as {@code qvm-firewall} counts; empty for the end of the list. */
  public Optional<Integer> number() {
    return origin.rule().flatMap(standing::number);
  }
}
