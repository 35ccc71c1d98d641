package org.rulewalk.diagnostics.diff;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.flow.Decision;
import org.rulewalk.simulator.flow.Fate;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.flow.Treatment;
import org.rulewalk.simulator.symbolic.PacketClass;
import org.rulewalk.simulator.symbolic.Sample;

/**
 * Packets that one machine treats differently, all in the same way for the same reasons.
 *
 * @param packets what they are, in lines that have no packet in common
 * @param complete whether the lines are all of them, and not only the first
 * @param certain whether it is so for at least one packet, whatever limits, chance and unknown
 *     rules say
 * @param before what became of them
 * @param after what becomes of them now
 * @param decidedBefore the rule or policy that decided
 * @param decidedAfter the rule or policy that decides now
 * @param trial whether the simulator, asked for the example, treats it differently
 */
public record Difference(
    String machine,
    MachineFlow.Start start,
    List<PacketClass> packets,
    boolean complete,
    boolean certain,
    Fate before,
    Fate after,
    Optional<Decision> decidedBefore,
    Optional<Decision> decidedAfter,
    Sample example,
    Trial trial) {
  /** Keeps a copy. */
  public Difference {
    packets = List.copyOf(packets);
  }

  /** How little it matters: 0 where packets now get through that did not, or the other way. */
  public int weight() {
    boolean opens = before.treatment().passes() != after.treatment().passes();
    boolean odd =
        before.treatment() instanceof Treatment.Expired
            || after.treatment() instanceof Treatment.Expired;
    int rank = opens ? 0 : odd ? 2 : 1;
    return 2 * rank + (start == MachineFlow.Start.SENT ? 1 : 0);
  }

  /** The interface that the example comes in by; empty where the machine makes it. */
  public Optional<String> in() {
    return start == MachineFlow.Start.ARRIVING ? example.in() : Optional.empty();
  }

  /** What came of trying the example. */
  public enum Trial {
    /** It is treated differently. */
    CONFIRMED,
    /** It could not be tried: it needs a connection, or an interface that is not there. */
    NOT_TRIED,
    /** It is treated alike: only other packets of the class can be meant, or none. */
    NOT_SEEN
  }
}
