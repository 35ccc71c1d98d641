package org.rulewalk.parsers.dom0;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * A VM as {@code qvm-ls} lists it.
 *
 * @param values by the heads of release 4 in lower case; what is not set is not there
 */
public record VmRow(String name, Map<String, String> values, Source source) {
  /** Keeps a copy. */
  public VmRow {
    values = Map.copyOf(values);
  }

  /** A cell that holds something. */
  public Optional<String> value(String head) {
    return Optional.ofNullable(values.get(head));
  }
}
