package org.rulewalk.diagnostics.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Something that shows that a VM offers a service to those that use it. */
public sealed interface Sign {
  /** It has a tunnel. */
  record Tunnel(String device) implements Sign {}

  /** Something listens that a client reaches. */
  record Reachable(Listener listener) implements Sign {}

  /** It stands between two firewall VMs. */
  record BetweenFirewalls(String upper) implements Sign {}

  /** PedOS' own: the updates proxy, DHCP, and what resolvers of the LAN speak. */
  Set<Integer> PEDOS_PORTS = Set.of(8082, 67, 68, 546, 547, 5353, 5355);

  /** So many sockets are tried at most. */
  int MOST_SOCKETS = 64;

  /** The signs that a captured VM shows by itself. */
  static List<Sign> of(Network network, Machine machine) {
    List<Sign> signs = new ArrayList<>();
    Devices.tunnels(machine).forEach(device -> signs.add(new Tunnel(device.name())));
    Simulator simulator = new Simulator(network);
    machine.listeners().orElse(List.of()).stream()
        .filter(l -> !PEDOS_PORTS.contains(l.port()))
        .limit(MOST_SOCKETS)
        .filter(l -> isReached(simulator, network, machine, l))
        .forEach(l -> signs.add(new Reachable(l)));
    return signs;
  }

  private static boolean isReached(
      Simulator simulator, Network network, Machine machine, Listener listener) {
    for (Interface device : Devices.toClients(machine)) {
      Optional<IpAddress> client = client(network, machine, device);
      Optional<IpAddress> own =
          device.addresses(IpVersion.IPV4).stream().map(a -> a.prefix().address()).findFirst();
      if (client.isEmpty() || own.isEmpty()) {
        continue;
      }
      IpAddress to = listener.address().orElse(own.get());
      if (to.version() != IpVersion.IPV4 || to.isLoopback()) {
        continue;
      }
      Packet packet = packet(listener, client.get(), to);
      Trace trace = simulator.run(new Probe.Arrive(machine.name(), device.name(), packet)).trace();
      boolean reached =
          trace.requestPath().stream()
              .filter(j -> j.machine().equals(machine.name()))
              .anyMatch(
                  j ->
                      j.end() instanceof End.Delivered
                          && ((End.Delivered) j.end()).receiver() == End.Receiver.LISTENER);
      if (reached && trace.assumptions().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static Optional<IpAddress> client(Network network, Machine machine, Interface device) {
    return network.peers(new Link.End(machine.name(), device.name())).stream()
        .flatMap(
            end ->
                network.machine(end.machine()).flatMap(m -> m.find(end.device())).stream()
                    .flatMap(i -> i.addresses(IpVersion.IPV4).stream()))
        .map(a -> a.prefix().address())
        .findFirst();
  }

  private static Packet packet(Listener listener, IpAddress from, IpAddress to) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    if (listener.protocol() == Protocol.TCP) {
      Packets.Tcp syn = new Packets.Tcp(40017, listener.port(), 1, 0, TcpFlags.SYN, 64240);
      return Packets.tcp(from, to, syn, new byte[0], new byte[0], ip);
    }
    return listener.protocol() == Protocol.UDP
        ? Packets.udp(from, to, 40017, listener.port(), new byte[8], ip)
        : Packets.ip(from, to, listener.protocol(), new byte[8], ip);
  }
}
