package org.rulewalk.simulator.symbolic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.HeaderField;

/**
 * Packets that a few conditions describe, each on its own: a row that people can read.
 *
 * @param conditions for each property that matters, the values it may have, ascending and apart; a
 *     property that is not there may have any
 */
public record PacketClass(Map<Property, List<Interval>> conditions) {
  /** Keeps a copy in the same order. */
  public PacketClass {
    conditions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(conditions));
  }

  /**
   * Some bits of a fact, taken as a number.
   *
   * @param first the most significant bit
   * @param field the header field that these bits are, in this class
   */
  public record Property(Fact fact, int first, int width, Optional<HeaderField> field) {}
}
