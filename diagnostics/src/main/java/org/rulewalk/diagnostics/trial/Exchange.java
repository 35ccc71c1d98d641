package org.rulewalk.diagnostics.trial;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;

/**
 * A first packet through one machine, and its answer on the way back.
 *
 * @param first the way of the first packet through the machine
 * @param sent the packet as it left
 * @param answer the way of the answer through the machine
 */
public record Exchange(Journey first, Transmission sent, Journey answer) {
  /**
   * Plays it; empty if the first packet does not leave the machine, or if something that the
   * capture does not tell decides.
   *
   * @param in the interface by which the first packet comes in; empty if the machine sends it
   */
  public static Optional<Exchange> of(
      Simulator simulator, String machine, Optional<String> in, Packet packet) {
    Outcome there = simulator.run(probe(machine, in, packet));
    Trace trace = there.trace();
    Optional<Transmission> sent = sent(trace, machine);
    if (sent.isEmpty() || !isCertain(trace, machine)) {
      return Optional.empty();
    }
    Journey first = trace.journey(sent.get().journey());
    Optional<Journey> told =
        trace.journeys().stream()
            .filter(j -> j.machine().equals(machine) && !trace.isRequest(j))
            .filter(j -> j.incoming().equals(Optional.of(sent.get().device())))
            .filter(j -> Opening.isAnswer(sent.get().packet(), j.packet()))
            .findFirst();
    if (told.isPresent()) {
      return Optional.of(new Exchange(first, sent.get(), told.get()));
    }
    return back(simulator, there, sent.get(), Opening.answer(sent.get().packet()));
  }

  /**
   * The same where not the far side answers, but a router on the way says that the packet is too
   * big for its next link.
   */
  public static Optional<Exchange> withError(
      Simulator simulator, String machine, Optional<String> in, Packet packet) {
    Outcome there = simulator.run(probe(machine, in, packet));
    return sent(there.trace(), machine)
        .filter(sent -> isCertain(there.trace(), machine))
        .flatMap(sent -> back(simulator, there, sent, Opening.tooBig(sent.packet())));
  }

  private static Optional<Exchange> back(
      Simulator simulator, Outcome there, Transmission sent, Packet answer) {
    Trace back =
        simulator
            .run(
                new Probe.Arrive(sent.machine(), sent.device(), answer),
                there.after(),
                Choices.LIKELY)
            .trace();
    return isCertain(back, sent.machine())
        ? Optional.of(new Exchange(there.trace().journey(sent.journey()), sent, back.journey(0)))
        : Optional.empty();
  }

  /** The packet of a probe as it left a machine. */
  public static Optional<Transmission> sent(Trace trace, String machine) {
    return trace.transmissions().stream()
        .filter(t -> t.machine().equals(machine))
        .filter(t -> trace.isRequest(trace.journey(t.journey())))
        .findFirst();
  }

  /** Whether a packet that comes in by a device is sent on with an address of the machine. */
  public static boolean isTranslated(
      Simulator simulator, Machine machine, String device, Packet packet) {
    return sent(trace(simulator, machine.name(), Optional.of(device), packet), machine.name())
        .filter(t -> machine.has(t.packet().source()))
        .isPresent();
  }

  /** What happens to a packet where nothing is tracked yet. */
  public static Trace trace(
      Simulator simulator, String machine, Optional<String> in, Packet packet) {
    return simulator.run(probe(machine, in, packet), State.EMPTY, Choices.LIKELY).trace();
  }

  private static Probe probe(String machine, Optional<String> in, Packet packet) {
    return in.isPresent()
        ? new Probe.Arrive(machine, in.get(), packet)
        : new Probe.Send(machine, packet);
  }

  /** Whether the capture tells all that decides on a machine. */
  public static boolean isCertain(Trace trace, String machine) {
    return trace.assumptions().stream().noneMatch(a -> a.machine().equals(machine));
  }

  /** The same for all machines of a trace. */
  public static boolean isCertain(Trace trace) {
    return trace.assumptions().equals(List.of()) && !trace.truncated();
  }
}
