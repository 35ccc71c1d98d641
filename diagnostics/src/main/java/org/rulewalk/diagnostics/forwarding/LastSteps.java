package org.rulewalk.diagnostics.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.forwarding.PortForward.Place;
import org.rulewalk.diagnostics.hops.Hop;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.value.Source;

/**
 * The steps of the VM that a port is forwarded to: it lets the packet in, and something listens.
 */
final class LastSteps {
  private final Place here;
  private final Packet packet;
  private final Machine machine;
  private final Hop hop;

  LastSteps(Network network, Place here, Packet packet) {
    this.here = here;
    this.packet = packet;
    this.machine = network.machine(here.machine()).orElseThrow();
    this.hop = Hop.of(network, here.machine(), here.device(), packet);
  }

  List<ForwardStep> steps() {
    StillPacket at = new StillPacket(machine, Hook.INPUT, here.device(), "", packet);
    List<ForwardStep> steps =
        new ArrayList<>(
            new ChainSteps(machine, ForwardStep.Kind.INPUT, service(), at).of(hop.at(Hook.INPUT)));
    steps.add(listening());
    return steps;
  }

  private String service() {
    return ValueWords.protocol(packet.protocol()) + "/" + packet.destinationPort();
  }

  private ForwardStep listening() {
    // sockets that were only assumed have no place in the capture
    if (machine.missing().contains(CaptureFile.SOCKETS) || machine.listeners().isEmpty()) {
      return step(ForwardStep.State.UNKNOWN, Optional.empty(), List.of());
    }
    List<Listener> all = machine.listeners().get();
    Optional<Listener> right =
        all.stream()
            .filter(l -> l.takes(packet.protocol(), packet.destination(), packet.destinationPort()))
            .findFirst();
    if (right.isPresent()) {
      return step(ForwardStep.State.PRESENT, right.map(Listener::source), List.of());
    }
    Optional<Listener> near =
        all.stream().filter(l -> l.port() == packet.destinationPort()).findFirst();
    return near.map(l -> step(ForwardStep.State.WRONG, Optional.of(l.source()), differs(l)))
        .orElseGet(() -> step(ForwardStep.State.MISSING, Optional.empty(), List.of()));
  }

  private List<MatchWords.Mismatch> differs(Listener listener) {
    if (listener.protocol() != packet.protocol()) {
      return List.of(
          new MatchWords.Mismatch(
              "protocol",
              ValueWords.protocol(packet.protocol()),
              ValueWords.protocol(listener.protocol())));
    }
    String own = listener.address().map(Object::toString).orElse("another address");
    return List.of(new MatchWords.Mismatch("listens on", own, packet.destination().toString()));
  }

  private ForwardStep step(
      ForwardStep.State state, Optional<Source> source, List<MatchWords.Mismatch> differs) {
    return new ForwardStep(
        machine.name(),
        ForwardStep.Kind.LISTENS,
        Optional.empty(),
        Optional.empty(),
        service(),
        state,
        source,
        differs,
        Optional.empty());
  }
}
