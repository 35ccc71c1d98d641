package org.rulewalk.diagnostics.hops;

import java.util.List;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * How much more than one packet a rule takes: whether it takes the packet as well from senders, for
 * destinations and for services that have nothing to do with it. Found by trying such packets.
 *
 * @param anySource whoever sends it
 * @param anyDestination whoever it is for
 * @param anyService on whatever port or protocol
 */
public record RuleWidth(boolean anySource, boolean anyDestination, boolean anyService) {
  private static final List<IpAddress> STRANGERS4 =
      List.of(IpAddress.of("203.0.113.251"), IpAddress.of("100.64.7.7"), IpAddress.of("7.7.7.7"));
  private static final List<IpAddress> STRANGERS6 =
      List.of(IpAddress.of("2001:db8:ffff::251"), IpAddress.of("2a00:7:7::7"));
  private static final List<Integer> PORTS = List.of(9, 4873, 47813);
  private static final int WINDOW = 64240;

  /** Whether the rule takes packets whoever sends them to whom, on any service. */
  public boolean isForAll() {
    return anySource && anyDestination && anyService;
  }

  /**
   * The width of a rule that takes a packet.
   *
   * @param in the interface it came in by; empty for the machine's own
   * @param out the interface it leaves by; empty where the hook does not know it
   */
  public static RuleWidth of(
      Machine machine, Hook hook, String in, String out, Table table, Rule rule, Packet packet) {
    List<IpAddress> strangers = packet.version() == IpVersion.IPV4 ? STRANGERS4 : STRANGERS6;
    java.util.function.Predicate<Packet> taken =
        other -> takes(new StillPacket(machine, hook, in, out, other), table, rule);
    int port = packet.destinationPort();
    int protocol = packet.protocol();
    return new RuleWidth(
        strangers.stream()
            .map(source -> packet(source, packet.destination(), protocol, packet, port))
            .allMatch(taken),
        strangers.stream()
            .map(destination -> packet(packet.source(), destination, protocol, packet, port))
            .allMatch(taken),
        List.of(Protocol.TCP, Protocol.UDP).stream()
            .flatMap(
                other ->
                    PORTS.stream()
                        .map(
                            each ->
                                packet(packet.source(), packet.destination(), other, packet, each)))
            .allMatch(taken));
  }

  private static boolean takes(StillPacket at, Table table, Rule rule) {
    at.at(table, rule);
    return rule.statements().stream()
        .filter(Match.class::isInstance)
        .map(Match.class::cast)
        .noneMatch(match -> match.test(at) == Truth.NO);
  }

  private static Packet packet(
      IpAddress source, IpAddress destination, int protocol, Packet like, int port) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    switch (protocol) {
      case Protocol.TCP:
        Packets.Tcp syn =
            new Packets.Tcp(sourcePort(like), Math.max(port, 0), 1, 0, TcpFlags.SYN, WINDOW);
        return Packets.tcp(source, destination, syn, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(
            source, destination, sourcePort(like), Math.max(port, 0), new byte[8], ip);
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        return Packets.icmp(
            source, destination, like.icmpType(), like.icmpCode(), 1, new byte[56], ip);
      default:
        return Packets.ip(source, destination, protocol, new byte[8], ip);
    }
  }

  private static int sourcePort(Packet like) {
    return Protocol.hasPorts(like.protocol()) ? like.sourcePort() : 40000;
  }
}
