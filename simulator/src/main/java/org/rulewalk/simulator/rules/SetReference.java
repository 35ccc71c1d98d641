package org.rulewalk.simulator.rules;

import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/** A set or map that a rule looks into: written in the rule, or named. */
public sealed interface SetReference {
  /** The elements now; empty if the name isn't known. */
  Optional<ElementSet> resolve(PacketContext context);

  /** The doubt that remains where it isn't known. */
  Doubt missing();

  /** Written in the rule. */
  record Anonymous(ElementSet elements) implements SetReference {
    @Override
    public Optional<ElementSet> resolve(PacketContext context) {
      return Optional.of(elements);
    }

    @Override
    public Doubt missing() {
      return SetReference.missing("");
    }
  }

  /** A set of the same table. */
  record Named(String name) implements SetReference {
    @Override
    public Optional<ElementSet> resolve(PacketContext context) {
      return context.set(name);
    }

    @Override
    public Doubt missing() {
      return SetReference.missing(name);
    }
  }

  /** The doubt about a set that is named but isn't there. */
  static Doubt missing(String name) {
    return new Doubt(Doubt.Kind.MISSING_REFERENCE, "set " + name, false, Source.NONE);
  }
}
