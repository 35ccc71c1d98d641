package org.rulewalk.diagnostics.hops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * How much more than one packet a rule takes: whether it takes the packet as well from other
 * senders, for other destinations and for other services. Found by trying such packets, those next
 * to it and those that have nothing to do with it.
 */
public record RuleWidth(Taken sources, Taken destinations, Taken services) {
  private static final List<IpAddress> STRANGERS4 =
      List.of(IpAddress.of("203.0.113.251"), IpAddress.of("100.64.7.7"), IpAddress.of("7.7.7.7"));
  private static final List<IpAddress> STRANGERS6 =
      List.of(IpAddress.of("2001:db8:ffff::251"), IpAddress.of("2a00:7:7::7"));
  private static final List<Integer> PORTS = List.of(9, 4873, 47813);
  private static final int WINDOW = 64240;
  private static final Taken UNKNOWN = new Taken(false, true);

  /**
   * Which of the others it takes.
   *
   * @param strangers all of those that have nothing to do with the packet
   * @param some any at all
   */
  public record Taken(boolean strangers, boolean some) {}

  /** Whether it takes the packet whoever sends it. */
  public boolean anySource() {
    return sources.strangers();
  }

  /** Whether it takes the packet whoever it is for. */
  public boolean anyDestination() {
    return destinations.strangers();
  }

  /** Whether it takes the packet on whatever port or protocol. */
  public boolean anyService() {
    return services.strangers();
  }

  /**
   * The width of a rule that takes a packet on its way through a machine, with the rules that led
   * to the rule's chain.
   *
   * @param packet as it was when the rule took it
   */
  public static RuleWidth of(Machine machine, Journey journey, Step.OfRule step, Packet packet) {
    boolean leaves = step.hook() != Hook.PREROUTING && step.hook() != Hook.INPUT;
    String out =
        journey.steps().stream()
            .filter(Step.Routed.class::isInstance)
            .flatMap(each -> ((Step.Routed) each).device().stream())
            .reduce("", (before, last) -> last);
    return of(
        machine,
        step.hook(),
        journey.incoming().orElse(""),
        leaves ? out : "",
        step.table(),
        leading(journey.steps(), step),
        packet);
  }

  /** The rule, and those by which the packet came to its chain. */
  private static List<Rule> leading(List<Step> steps, Step.OfRule last) {
    List<Rule> rules = new ArrayList<>(List.of(last.rule()));
    String wanted = last.chain().name();
    for (int i = steps.indexOf(last) - 1; i >= 0; i--) {
      if (steps.get(i) instanceof Step.OfRule) {
        Step.OfRule of = (Step.OfRule) steps.get(i);
        boolean same = of.hook() == last.hook() && of.table().title().equals(last.table().title());
        if (same && leadsTo(of.verdict(), wanted)) {
          rules.add(of.rule());
          wanted = of.chain().name();
        }
      }
    }
    return rules;
  }

  private static boolean leadsTo(Verdict verdict, String chain) {
    return verdict instanceof Verdict.Jump && ((Verdict.Jump) verdict).chain().equals(chain)
        || verdict instanceof Verdict.Goto && ((Verdict.Goto) verdict).chain().equals(chain);
  }

  private static RuleWidth of(
      Machine machine,
      Hook hook,
      String in,
      String out,
      Table table,
      List<Rule> rules,
      Packet packet) {
    List<IpAddress> strangers = packet.version() == IpVersion.IPV4 ? STRANGERS4 : STRANGERS6;
    Predicate<Packet> taken =
        other -> {
          StillPacket at = new StillPacket(machine, hook, in, out, other);
          return rules.stream().allMatch(rule -> takes(at, table, rule));
        };
    int port = packet.destinationPort();
    int protocol = packet.protocol();
    if (!taken.test(packet)) {
      // it looks at something that only the connection has
      return new RuleWidth(UNKNOWN, UNKNOWN, UNKNOWN);
    }
    Function<IpAddress, Packet> from =
        source -> packet(source, packet.destination(), protocol, packet, port);
    Function<IpAddress, Packet> to =
        destination -> packet(packet.source(), destination, protocol, packet, port);
    List<Packet> services =
        Stream.of(Protocol.TCP, Protocol.UDP)
            .flatMap(other -> PORTS.stream().map(each -> service(packet, other, each)))
            .toList();
    return new RuleWidth(
        taken(taken, strangers.stream().map(from).toList(), from.apply(next(packet.source()))),
        taken(taken, strangers.stream().map(to).toList(), to.apply(next(packet.destination()))),
        taken(taken, services, service(packet, protocol, port ^ 1)));
  }

  private static Taken taken(Predicate<Packet> takes, List<Packet> strangers, Packet neighbour) {
    return new Taken(
        strangers.stream().allMatch(takes),
        takes.test(neighbour) || strangers.stream().anyMatch(takes));
  }

  private static Packet service(Packet packet, int protocol, int port) {
    return packet(packet.source(), packet.destination(), protocol, packet, port);
  }

  /** The address beside it. */
  private static IpAddress next(IpAddress address) {
    return new IpAddress(address.version(), address.value().xor(Bits.of(1)));
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
        boolean other = like.destinationPort() != port;
        return Packets.icmp(
            source,
            destination,
            like.icmpType() ^ (other ? 1 : 0),
            like.icmpCode(),
            1,
            new byte[56],
            ip);
      default:
        return Packets.ip(source, destination, protocol, new byte[8], ip);
    }
  }

  private static int sourcePort(Packet like) {
    return Protocol.hasPorts(like.protocol()) ? like.sourcePort() : 40000;
  }
}
