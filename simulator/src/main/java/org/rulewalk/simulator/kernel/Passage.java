package org.rulewalk.simulator.kernel;

import java.util.List;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Journey;

/**
 * One packet's way through one machine in a {@link Session}.
 *
 * @param counts what counted it, in order
 * @param sent what left because of it: several packets where it was taken apart
 * @param answer whether the machine made it because of another packet
 */
public record Passage(Journey journey, List<Count> counts, List<Sent> sent, boolean answer) {
  /** Keeps copies. */
  public Passage {
    counts = List.copyOf(counts);
    sent = List.copyOf(sent);
  }

  /**
   * A rule that matched, a counter within a rule, or a policy that decided.
   *
   * @param what the {@link org.rulewalk.simulator.rules.Rule}, or the {@link
   *     org.rulewalk.simulator.rules.Chain.Base} whose policy it was
   * @param counter whether this is the rule's counter statement, which need not be its end
   * @param bytes the packet's length then
   */
  public record Count(Object what, boolean counter, int bytes) {}

  /**
   * A packet that left.
   *
   * @param randomId whether nobody can foretell its IPv4 identification or IPv6 flow label
   * @param receivers the far ends that take it
   */
  public record Sent(String device, Packet packet, boolean randomId, List<Link.End> receivers) {
    /** Keeps a copy. */
    public Sent {
      receivers = List.copyOf(receivers);
    }
  }
}
