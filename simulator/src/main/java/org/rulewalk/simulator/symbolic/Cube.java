package org.rulewalk.simulator.symbolic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.value.Bits;

/**
 * Packets of which each property has one of some values, whatever the others have: what a person
 * can read as a line of a rule.
 *
 * @param values in the order in which people write them; what is left out can be anything
 */
public record Cube(Map<Property, List<Pattern>> values) {
  /** Keeps a copy. */
  public Cube {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Bits of a fact that belong together.
   *
   * @param field the header field that they are, if they are one
   */
  public record Property(Fact fact, int first, int width, Optional<HeaderField> field) {}

  /** Numbers that have some bits in common. */
  public record Pattern(Bits value, Bits mask) {
    private Bits last() {
      return mask.and(Bits.ZERO.minus(mask));
    }

    /** The numbers that differ from these in the last bit that is known. */
    Pattern twin() {
      return new Pattern(value.xor(last()), mask);
    }

    /** These numbers and their twins. */
    Pattern wider() {
      return new Pattern(value.without(last()), mask.without(last()));
    }

    /** A number that has the bits of both; empty if there is none. */
    Optional<Pattern> and(Pattern other) {
      Bits common = mask.and(other.mask);
      return value.and(common).equals(other.value.and(common))
          ? Optional.of(new Pattern(value.or(other.value), mask.or(other.mask)))
          : Optional.empty();
    }
  }
}
