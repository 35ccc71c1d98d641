package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.trace.Step;

/** How a run treats what the capture leaves open, and what it pretends. */
public interface Choices {
  /** Every doubt is taken as its likely answer, and nothing is pretended. */
  Choices LIKELY = (machine, doubt) -> doubt.likely();

  /** Which way is followed where the capture doesn't tell. */
  boolean decide(String machine, Doubt doubt);

  /**
   * Whether a rule's or policy's drop is passed over as if that chain had accepted, so that what
   * stands behind it comes to light.
   */
  default boolean waives(String machine, Step step) {
    return false;
  }

  /**
   * The same, for those who tell packets that were asked about from what is sent because of them.
   *
   * @param answer whether some machine made the packet because of another one
   */
  default boolean waives(String machine, Step step, boolean answer) {
    return waives(machine, step);
  }

  /**
   * Called where a rule or policy drops, waived or not, while the packet is as it was then. The
   * context must not be changed, nor kept.
   */
  default void deciding(String machine, Step step, PacketContext context) {}

  /**
   * Who hears each statement of a rule before it is executed; then rules are asked one after the
   * other.
   */
  default Optional<Hearer> hearer() {
    return Optional.empty();
  }

  /** Hears what rules ask. The context must not be changed, nor kept. */
  interface Hearer {
    /** A statement is about to be executed. */
    void asks(String machine, Rule rule, Statement statement, PacketContext context);
  }
}
