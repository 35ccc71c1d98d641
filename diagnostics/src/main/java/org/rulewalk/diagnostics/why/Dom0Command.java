package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Dom0Change;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Step;

/**
 * The {@code qvm-firewall} command that lets a packet pass a chain that PedOS makes of a VM's rules
 * in dom0. Where dom0's rules are in the capture, the smallest change of them; else a rule before
 * all others. Not for a chain of one rule alone: that is also what a list leaves that could not be
 * applied, and then no further rule of the list helps.
 */
final class Dom0Command {
  private Dom0Command() {}

  /** The command for a shell of dom0; empty where dom0's rules are not what stops the packet. */
  static Optional<String> of(Network network, Cause cause, Step step) {
    Packet packet = cause.journey().last();
    if (cause.dom0().isPresent() && cause.request()) {
      return Dom0Change.allowing(cause.dom0().get(), packet);
    }
    if (!(step instanceof Step.OfRule) || !cause.request()) {
      return Optional.empty();
    }
    Step.OfRule of = (Step.OfRule) step;
    boolean generated =
        PedosNames.isAgentTable(of.table().name())
            && PedosNames.isChainOf(of.chain().name(), packet.source().toString())
            && of.chain().rules().size() > 1;
    return generated
        ? network.holders(packet.source()).stream()
            .findFirst()
            .map(Machine::name)
            .flatMap(name -> adding(name, packet))
        : Optional.empty();
  }

  /**
   * The command that allows a packet of this VM; empty for protocols that dom0's rules don't know.
   */
  static Optional<String> adding(String vm, Packet packet) {
    return Dom0Change.described(packet, Generation.NFT).map(what -> command(vm, what));
  }

  private static String command(String name, String what) {
    return "qvm-firewall " + name + " add --before 0 accept" + what;
  }
}
