package org.rulewalk.diagnostics.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.forwarding.PortForward.Place;
import org.rulewalk.diagnostics.hops.Hop;
import org.rulewalk.diagnostics.hops.Meant;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** The steps of one provider: the destination becomes the next machine, and the packet passes. */
final class HopSteps {
  private final Network network;
  private final Place here;
  private final Place next;
  private final Packet packet;
  private final Machine machine;
  private final Hop asSent;
  private final Packet translated;
  private final Hop passing;

  HopSteps(Network network, Place here, Place next, Packet packet) {
    this.network = network;
    this.here = here;
    this.next = next;
    this.packet = packet;
    this.machine = network.machine(here.machine()).orElseThrow();
    this.asSent = Hop.of(network, here.machine(), here.device(), packet);
    this.translated =
        asSent
            .redirected()
            .map(Hop.Redirected::after)
            .filter(after -> after.destination().equals(next.address()))
            .orElseGet(() -> to(packet, next.address()));
    this.passing =
        translated.destination().equals(asSent.journey().last().destination())
            ? asSent
            : Hop.of(network, here.machine(), here.device(), translated);
  }

  /** The step of a provider of which it is not clear to which of its clients it should lead. */
  static ForwardStep onwards(Network network, Place here, Packet packet) {
    Optional<Hop.Redirected> done =
        Hop.of(network, here.machine(), here.device(), packet).redirected();
    List<MatchWords.Mismatch> differs =
        done.map(d -> d.after().destination().toString())
            .map(a -> List.of(new MatchWords.Mismatch("target", a, "the address of a VM")))
            .orElse(List.of());
    return new ForwardStep(
        here.machine(),
        ForwardStep.Kind.DNAT,
        done.map(d -> d.table().title()),
        done.map(d -> d.chain().name()),
        "the VM that is meant",
        done.isPresent() ? ForwardStep.State.WRONG : ForwardStep.State.MISSING,
        done.map(d -> d.rule().source()),
        differs,
        Optional.empty());
  }

  private static Packet to(Packet packet, IpAddress address) {
    byte[] body = packet.slice(packet.transportOffset(), packet.transportLength());
    return Packets.ip(packet.source(), address, packet.protocol(), body, Packets.IpOptions.DEFAULT);
  }

  /** The packet as the next machine gets it, if all were right here. */
  Packet passedOn() {
    return passing.out().map(t -> t.packet()).orElse(translated);
  }

  List<ForwardStep> steps() {
    List<ForwardStep> steps = new ArrayList<>();
    steps.add(translation());
    String out = passing.out().map(t -> t.device()).orElse("");
    StillPacket at = new StillPacket(machine, Hook.FORWARD, here.device(), out, translated);
    steps.addAll(
        new ChainSteps(machine, ForwardStep.Kind.FORWARD, next.machine(), at)
            .of(passing.at(Hook.FORWARD)));
    return steps;
  }

  private ForwardStep translation() {
    Optional<Hop.Redirected> done = asSent.redirected();
    if (done.isPresent()) {
      IpAddress actual = done.get().after().destination();
      boolean right = actual.equals(next.address());
      List<MatchWords.Mismatch> differs =
          right
              ? List.of()
              : List.of(
                  new MatchWords.Mismatch(
                      "target", actual.toString(), next.address() + ", " + next.machine()));
      return step(
          Optional.of(done.get().table().title()),
          Optional.of(done.get().chain().name()),
          right ? ForwardStep.State.PRESENT : ForwardStep.State.WRONG,
          Optional.of(done.get().rule().source()),
          differs);
    }
    if (machine.missing().contains(CaptureFile.NFTABLES)
        && machine.missing().contains(CaptureFile.IPTABLES)) {
      return step(
          Optional.empty(),
          Optional.empty(),
          ForwardStep.State.UNKNOWN,
          Optional.empty(),
          List.of());
    }
    StillPacket at = new StillPacket(machine, Hook.PREROUTING, here.device(), "", packet);
    Optional<Meant> meant =
        Meant.find(machine.ruleset(), at, Meant::redirects).stream().findFirst();
    return meant
        .map(
            m ->
                step(
                    Optional.of(m.table().title()),
                    Optional.of(m.chain().name()),
                    m.differs().isEmpty() ? ForwardStep.State.SHADOWED : ForwardStep.State.WRONG,
                    Optional.of(m.rule().source()),
                    m.differs()))
        .orElseGet(
            () ->
                step(
                    Optional.empty(),
                    Optional.empty(),
                    ForwardStep.State.MISSING,
                    Optional.empty(),
                    List.of()));
  }

  private ForwardStep step(
      Optional<String> table,
      Optional<String> chain,
      ForwardStep.State state,
      Optional<Source> source,
      List<MatchWords.Mismatch> differs) {
    return new ForwardStep(
        machine.name(),
        ForwardStep.Kind.DNAT,
        table,
        chain,
        next.address().toString(),
        state,
        source,
        differs,
        Optional.empty());
  }
}
