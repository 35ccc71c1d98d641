package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.forwarding.Forwarded;

/**
 * What else is known of a question, beside what stopped the packet.
 *
 * @param forwarded the steps of the port that was asked about, if it is one that is forwarded
 * @param between what two VMs need to talk to each other, if that was asked
 * @param counters what the counters of the rules on the way show
 */
public record Besides(Forwarded forwarded, Optional<Between> between, List<Counted> counters) {
  /** Nothing. */
  public static final Besides NONE = new Besides(Forwarded.NONE, Optional.empty(), List.of());

  /** Keeps a copy. */
  public Besides {
    counters = List.copyOf(counters);
  }
}
