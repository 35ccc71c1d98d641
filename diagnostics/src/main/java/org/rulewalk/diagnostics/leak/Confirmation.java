package org.rulewalk.diagnostics.leak;

import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;

/** Sends packets through the simulator, to see whether they really leave by an uplink. */
final class Confirmation {
  private final Simulator simulator;
  private final String machine;
  private final Set<String> uplinks;

  Confirmation(Network network, String machine, Set<String> uplinks) {
    this.simulator = new Simulator(network);
    this.machine = machine;
    this.uplinks = uplinks;
  }

  /** The uplink by which a packet leaves that starts a connection. */
  Optional<String> leaves(String in, Packet packet) {
    return uplink(run(in, packet, State.EMPTY));
  }

  /** The uplink by which it leaves once a packet with swapped ends has come in by that uplink. */
  Optional<String> answers(String in, Packet packet, Packet before) {
    for (String uplink : uplinks) {
      Outcome first = run(uplink, before, State.EMPTY);
      boolean there =
          first.trace().transmissions().stream()
              .anyMatch(t -> t.machine().equals(machine) && t.device().equals(in));
      if (there && isCertain(first.trace())) {
        Optional<String> out = uplink(run(in, packet, first.after()));
        if (out.isPresent()) {
          return out;
        }
      }
    }
    return Optional.empty();
  }

  private Outcome run(String in, Packet packet, State before) {
    return simulator.run(new Probe.Arrive(machine, in, packet), before, Choices.LIKELY);
  }

  private Optional<String> uplink(Outcome outcome) {
    Trace trace = outcome.trace();
    return isCertain(trace)
        ? trace.transmissions().stream()
            .filter(t -> t.machine().equals(machine) && uplinks.contains(t.device()))
            .filter(t -> trace.isRequest(trace.journey(t.journey())))
            .map(Transmission::device)
            .findFirst()
        : Optional.empty();
  }

  private boolean isCertain(Trace trace) {
    return trace.assumptions().stream().noneMatch(a -> a.machine().equals(machine));
  }
}
