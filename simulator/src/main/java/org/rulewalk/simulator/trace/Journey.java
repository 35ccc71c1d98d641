package org.rulewalk.simulator.trace;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Packet;

/**
 * One packet's way through one machine: from prerouting or output to its end there.
 *
 * @param id its place in {@link Trace#journeys}
 * @param incoming the interface it came in by; empty where the machine made it
 * @param packet as it was at the start
 * @param last as it was at the end
 * @param origin where it comes from
 * @param started false where a program was refused before any hook saw its packet
 */
public record Journey(
    int id,
    String machine,
    Optional<String> incoming,
    Packet packet,
    Packet last,
    Origin origin,
    List<Step> steps,
    End end,
    boolean started) {
  /** Keeps a copy. */
  public Journey {
    steps = List.copyOf(steps);
  }

  /** Where a packet comes from. */
  public sealed interface Origin {
    /** The journey whose packet it comes from; empty for what was asked about. */
    default OptionalInt cause() {
      return OptionalInt.empty();
    }

    /** It is what was asked about. */
    record Probe() implements Origin {}

    /** It is the packet of another journey, which left its machine. */
    record Continues(int journey) implements Origin {
      @Override
      public OptionalInt cause() {
        return OptionalInt.of(journey);
      }
    }

    /** A rule sent a copy of another journey's packet elsewhere. */
    record Copies(int journey) implements Origin {
      @Override
      public OptionalInt cause() {
        return OptionalInt.of(journey);
      }
    }

    /** A machine made it because of the packet of another journey. */
    record Answers(int journey) implements Origin {
      @Override
      public OptionalInt cause() {
        return OptionalInt.of(journey);
      }
    }
  }

  /** Whether the machine took the packet in at all, so that its first hook saw it. */
  public boolean isReceived() {
    return started
        && stop()
            .map(s -> !(s instanceof Stop.NotReceived) && !(s instanceof Stop.Malformed))
            .orElse(true);
  }

  /** Whether it passed every input hook. */
  public boolean isDelivered() {
    return end instanceof End.Delivered
        || stop()
            .map(s -> s instanceof Stop.Incomplete && ((Stop.Incomplete) s).delivered())
            .orElse(false);
  }

  private Optional<Stop> stop() {
    return end instanceof End.Stopped ? Optional.of(((End.Stopped) end).stop()) : Optional.empty();
  }
}
