package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The {@code qvm-firewall} command that lets a packet pass a chain that PedOS makes of a VM's rules
 * in dom0. Not for a chain of one rule alone: that is also what a list leaves that could not be
 * applied, and then no further rule of the list helps.
 */
final class Dom0Command {
  private Dom0Command() {}

  /** The command for a shell of dom0; empty where dom0's rules are not what stops the packet. */
  static Optional<String> of(Network network, Cause cause, Step step) {
    if (!(step instanceof Step.OfRule) || !cause.request()) {
      return Optional.empty();
    }
    Step.OfRule of = (Step.OfRule) step;
    Packet packet = cause.journey().last();
    boolean generated =
        PedosNames.isAgentTable(of.table().name())
            && PedosNames.isChainOf(of.chain().name(), packet.source().toString())
            && of.chain().rules().size() > 1;
    return generated
        ? network.holders(packet.source()).stream()
            .findFirst()
            .map(Machine::name)
            .flatMap(name -> service(packet).map(what -> command(name, packet, what)))
        : Optional.empty();
  }

  /**
   * The command that allows a packet of this VM; empty for protocols that dom0's rules don't know.
   */
  static Optional<String> adding(String vm, Packet packet) {
    return service(packet).map(what -> command(vm, packet, what));
  }

  private static String command(String name, Packet packet, String what) {
    String host = packet.version() == IpVersion.IPV4 ? " dst4=" : " dst6=";
    return "qvm-firewall " + name + " add --before 0 accept" + host + packet.destination() + what;
  }

  /** Rules of dom0 know TCP, UDP and ICMP only. */
  private static Optional<String> service(Packet packet) {
    if (packet.protocol() == Protocol.TCP) {
      return Optional.of(" proto=tcp dstports=" + packet.destinationPort());
    }
    if (packet.protocol() == Protocol.UDP) {
      return Optional.of(" proto=udp dstports=" + packet.destinationPort());
    }
    return packet.protocol() == Protocol.ICMP || packet.protocol() == Protocol.ICMPV6
        ? Optional.of(" proto=icmp")
        : Optional.empty();
  }
}
