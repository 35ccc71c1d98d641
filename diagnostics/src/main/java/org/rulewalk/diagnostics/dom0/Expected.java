package org.rulewalk.diagnostics.dom0;

import java.util.Optional;

/**
 * A rule that the agent should have made.
 *
 * @param text as the agent writes it; a host's name stands for its addresses
 * @param host the name whose addresses, at the time of writing, nobody but the chain knows
 * @param resolvers whether its destinations are resolvers that the capture does not tell
 */
public record Expected(
    String text, Origin origin, Optional<String> host, boolean resolvers, Shape shape) {
  /** Whether a captured rule is this one. */
  boolean is(Shape captured) {
    if (host.isEmpty() && !resolvers) {
      return shape.equals(captured);
    }
    return !captured.destinations().isEmpty()
        && shape.without(Shape.DESTINATION).equals(captured.without(Shape.DESTINATION))
        && shape.named().equals(captured.named());
  }

  /** The same but for the destinations. */
  boolean resembles(Shape captured) {
    return shape.without(Shape.DESTINATION).equals(captured.without(Shape.DESTINATION));
  }

  /** Whether it would let a flow pass if the destination were the right one. */
  public boolean allowsService(Shape.Flow flow) {
    return shape.without(Shape.DESTINATION).takes(flow, java.util.Set.of());
  }
}
