package org.rulewalk.parsers.dom0;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * One firewall rule of a VM as dom0 has it.
 *
 * @param number its place in the list, from 0, as {@code qvm-firewall VM add --before} counts
 * @param values what is set, by the names of {@code qvm-firewall --raw}; {@code dsthost} stands for
 *     addresses too where the text does not say which family it is
 */
public record FirewallRule(int number, Map<String, String> values, Source source) {
  /** Keeps a copy in the given order. */
  public FirewallRule {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A value that is set. */
  public Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Whether it lets packets pass; the other action rejects. */
  public boolean accepts() {
    return value("action").orElse("").equals("accept");
  }
}
