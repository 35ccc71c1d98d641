package org.rulewalk.diagnostics.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Packets at the edges of what one rule asks for: its lowest and its highest values, and for each
 * field those just outside.
 */
final class Shots {
  private final Network network;
  private final List<Link.End> arrivals;
  private final Values values;
  private final Random random;

  Shots(Network network, List<Link.End> arrivals, Values values, Random random) {
    this.network = network;
    this.arrivals = arrivals;
    this.values = values;
    this.random = random;
  }

  /**
   * A packet and where it starts.
   *
   * @param device where it arrives; empty if the machine itself sends it
   */
  record Shot(String machine, Optional<String> device, Packet packet) {}

  /** Which end of the values; or, for one field, the neighbour outside. */
  private enum Edge {
    LOWEST,
    HIGHEST,
    BELOW,
    ABOVE
  }

  private record Edges(Edge source, Edge destination, Edge sourcePort, Edge destinationPort) {
    static Edges all(Edge edge) {
      return new Edges(edge, edge, edge, edge);
    }
  }

  /** All edges of one rule. */
  List<Shot> at(Targets.Target target) {
    Aim aim = target.aim();
    List<Edges> wanted = new ArrayList<>();
    Edge low = Edge.LOWEST;
    wanted.add(Edges.all(low));
    boolean any = false;
    for (Edge miss : new Edge[] {Edge.BELOW, Edge.ABOVE}) {
      if (!aim.sources().isEmpty()) {
        wanted.add(new Edges(miss, low, low, low));
      }
      if (!aim.destinations().isEmpty()) {
        wanted.add(new Edges(low, miss, low, low));
      }
      if (!aim.sourcePorts().isEmpty()) {
        wanted.add(new Edges(low, low, miss, low));
      }
      if (!aim.destinationPorts().isEmpty()) {
        wanted.add(new Edges(low, low, low, miss));
      }
      any = wanted.size() > 1;
    }
    if (any) {
      wanted.add(Edges.all(Edge.HIGHEST));
    }
    List<Shot> shots = new ArrayList<>();
    wanted.forEach(edges -> shot(target, edges).ifPresent(shots::add));
    return shots;
  }

  private Optional<Shot> shot(Targets.Target target, Edges edges) {
    Aim aim = target.aim();
    IpVersion version =
        target
            .version()
            .or(aim::version)
            .orElse(random.nextInt(3) == 0 ? IpVersion.IPV6 : IpVersion.IPV4);
    boolean local = target.hook() == Hook.OUTPUT || target.hook() == Hook.EGRESS;
    Optional<IpAddress> from = address(aim.sources(), version, edges.source());
    Optional<Link.End> end = local ? Optional.empty() : arrival(target, from);
    if (!local && end.isEmpty()) {
      return Optional.empty();
    }
    Optional<IpAddress> source = from.or(() -> end.flatMap(e -> peer(e, version)));
    Optional<IpAddress> to =
        address(aim.destinations(), version, edges.destination())
            .or(() -> destination(target, end, version));
    Optional<IpAddress> own = source.or(() -> held(target.machine(), version));
    if (own.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    Packet packet = packet(aim, edges, own.get(), to.get());
    return Optional.of(new Shot(target.machine().name(), end.map(Link.End::device), packet));
  }

  private Optional<Link.End> arrival(Targets.Target target, Optional<IpAddress> from) {
    List<Link.End> here =
        arrivals.stream().filter(e -> e.machine().equals(target.machine().name())).toList();
    if (here.isEmpty()) {
      return Optional.empty();
    }
    Optional<Link.End> named =
        target
            .aim()
            .incoming()
            .flatMap(name -> here.stream().filter(e -> isNamed(name, e.device())).findFirst());
    Optional<Link.End> routed =
        from.flatMap(
            address ->
                wayTo(target.machine(), address)
                    .flatMap(d -> here.stream().filter(e -> e.device().equals(d)).findFirst()));
    return named.or(() -> routed).or(() -> Optional.of(here.get(random.nextInt(here.size()))));
  }

  private static boolean isNamed(String pattern, String device) {
    boolean open = pattern.endsWith("+") || pattern.endsWith("*");
    return open
        ? device.startsWith(pattern.substring(0, pattern.length() - 1))
        : device.equals(pattern);
  }

  /** The device that the longest prefix leads to. */
  private static Optional<String> wayTo(Machine machine, IpAddress address) {
    return machine.routes().stream()
        .filter(r -> r.table() == Route.TABLE_MAIN && r.destination().contains(address))
        .filter(r -> !r.hops().isEmpty())
        .max((a, b) -> Integer.compare(a.destination().length(), b.destination().length()))
        .map(r -> r.hops().get(0).device());
  }

  private Optional<IpAddress> peer(Link.End end, IpVersion version) {
    return network.peers(end).stream()
        .flatMap(far -> network.machine(far.machine()).flatMap(m -> m.find(far.device())).stream())
        .flatMap(device -> device.addresses(version).stream())
        .map(address -> address.prefix().address())
        .filter(address -> !address.isLinkLocal())
        .findFirst();
  }

  private static Optional<IpAddress> held(Machine machine, IpVersion version) {
    return machine.interfaces().stream()
        .filter(device -> !device.isLoopback())
        .flatMap(device -> device.addresses(version).stream())
        .map(address -> address.prefix().address())
        .filter(address -> !address.isLinkLocal())
        .findFirst();
  }

  private Optional<IpAddress> destination(
      Targets.Target target, Optional<Link.End> end, IpVersion version) {
    Machine machine = target.machine();
    if (target.hook() == Hook.INPUT) {
      return end.flatMap(e -> machine.find(e.device())).stream()
          .flatMap(device -> device.addresses(version).stream())
          .map(address -> address.prefix().address())
          .findFirst()
          .or(() -> held(machine, version));
    }
    Optional<IpAddress> beyond =
        target
            .aim()
            .outgoing()
            .flatMap(
                name ->
                    machine.interfaces().stream()
                        .map(Interface::name)
                        .filter(device -> isNamed(name, device))
                        .findFirst())
            .flatMap(device -> peer(new Link.End(machine.name(), device), version));
    List<IpAddress> all = values.addresses(version);
    return beyond.or(
        () -> all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size()))));
  }

  private static Optional<IpAddress> address(List<Prefix> asked, IpVersion version, Edge edge) {
    List<Prefix> fit = asked.stream().filter(p -> p.version() == version).toList();
    if (fit.isEmpty()) {
      return Optional.empty();
    }
    boolean low = edge == Edge.LOWEST || edge == Edge.BELOW;
    Prefix prefix = fit.get(low ? 0 : fit.size() - 1);
    IpAddress at = low ? prefix.first() : prefix.last();
    int step = edge == Edge.BELOW ? -1 : edge == Edge.ABOVE ? 1 : 0;
    return Optional.of(step == 0 ? at : moved(at, step));
  }

  private static IpAddress moved(IpAddress address, int step) {
    byte[] bytes = address.toBytes();
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] += (byte) step;
      if (bytes[i] != (byte) (step > 0 ? 0 : 0xff)) {
        break;
      }
    }
    return IpAddress.ofBytes(address.version(), bytes, 0);
  }

  private int port(List<Aim.Ports> asked, Edge edge, int otherwise) {
    if (asked.isEmpty()) {
      return otherwise;
    }
    boolean low = edge == Edge.LOWEST || edge == Edge.BELOW;
    Aim.Ports ports = asked.get(low ? 0 : asked.size() - 1);
    int step = edge == Edge.BELOW ? -1 : edge == Edge.ABOVE ? 1 : 0;
    return (low ? ports.low() : ports.high()) + step & 0xffff;
  }

  private Packet packet(Aim aim, Edges edges, IpAddress from, IpAddress to) {
    boolean ports = !aim.sourcePorts().isEmpty() || !aim.destinationPorts().isEmpty();
    boolean v4 = from.version() == IpVersion.IPV4;
    int ping = v4 ? Protocol.ICMP : Protocol.ICMPV6;
    int[] usual = {Protocol.TCP, Protocol.UDP, ping};
    int protocol = aim.protocol().orElse(usual[random.nextInt(ports ? 2 : 3)]);
    int source = port(aim.sourcePorts(), edges.sourcePort(), 40_000 + random.nextInt(9_000));
    int destination =
        port(aim.destinationPorts(), edges.destinationPort(), 1 + random.nextInt(999));
    Packets.IpOptions ip = new Packets.IpOptions(64, 0, true, random.nextInt(0xffff) + 1);
    switch (protocol) {
      case Protocol.TCP:
        Packets.Tcp tcp = new Packets.Tcp(source, destination, 1_000, 0, TcpFlags.SYN, 64_240);
        return Packets.tcp(from, to, tcp, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(from, to, source, destination, new byte[8], ip);
      default:
        int type = aim.icmpType().orElse(v4 ? 8 : 128) & 0xff;
        return Packets.icmp(from, to, type, 0, random.nextInt() & 0xffffffffL, new byte[8], ip);
    }
  }
}
