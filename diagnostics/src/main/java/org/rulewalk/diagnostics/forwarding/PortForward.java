package org.rulewalk.diagnostics.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Finds the steps of a forwarded port from a question about it. */
public final class PortForward {
  private static final int ASKING_PORT = 40000;

  private final Network network;
  private final Topology topology;
  private final Question question;
  private final IpAddress source;

  private PortForward(Network network, Question question, IpAddress source) {
    this.network = network;
    this.topology = Topology.of(network);
    this.question = question;
    this.source = source;
  }

  /**
   * The steps; none where the question is not about a port of PedOS that is reached from outside,
   * or where it can't be told which VM is meant.
   *
   * @param source the address that asks
   * @param end the machine where the packet ended, if one is known
   */
  public static Forwarded of(
      Network network, Question question, IpAddress source, Optional<String> end) {
    int protocol = question.service().protocol();
    boolean fits =
        (protocol == Protocol.TCP || protocol == Protocol.UDP)
            && source.version() == IpVersion.IPV4
            && question
                .from()
                .machine()
                .flatMap(network::machine)
                .map(Machine::isExternal)
                .orElse(false);
    return fits ? new PortForward(network, question, source).find(end) : Forwarded.NONE;
  }

  private Forwarded find(Optional<String> end) {
    Optional<Topology.Member> asked = question.to().machine().flatMap(topology::member);
    if (asked.isEmpty()) {
      return Forwarded.NONE;
    }
    Optional<Place> entry =
        topology.upwards(asked.get().name()).stream()
            .map(this::entry)
            .flatMap(Optional::stream)
            .reduce((a, b) -> b);
    if (entry.isEmpty()) {
      return Forwarded.NONE;
    }
    if (!asked.get().provides()) {
      return new Forwarded(asked.get().name(), false, steps(entry.get(), asked.get().name()));
    }
    return new Target(network, topology, question.service())
        .below(asked.get().name(), end)
        .map(to -> new Forwarded(to, true, steps(entry.get(), to)))
        .or(() -> asFarAsClear(entry.get()))
        .filter(PortForward::isMeant)
        .orElse(Forwarded.NONE);
  }

  /** Where nothing tells which VM is meant: down to the provider from which on it is not clear. */
  private Optional<Forwarded> asFarAsClear(Place entry) {
    String last = entry.machine();
    Optional<String> next = onlyProvider(last);
    while (next.isPresent() && topology.upwards(next.get()).contains(last)) {
      last = next.get();
      next = onlyProvider(last);
    }
    List<ForwardStep> steps = steps(entry, last);
    return steps.isEmpty() ? Optional.empty() : Optional.of(new Forwarded("", true, steps));
  }

  private Optional<String> onlyProvider(String name) {
    List<String> all =
        topology.member(name).map(Topology.Member::clients).orElse(List.of()).stream()
            .filter(c -> topology.member(c).map(Topology.Member::provides).orElse(false))
            .toList();
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** Whether anybody wrote a rule for this port at all, and not just for another one. */
  private static boolean isMeant(Forwarded forwarded) {
    return forwarded.steps().stream()
        .filter(step -> step.kind() != ForwardStep.Kind.LISTENS && step.source().isPresent())
        .anyMatch(step -> step.differs().stream().noneMatch(d -> d.field().endsWith(" dport")));
  }

  /**
   * A machine as a packet finds it.
   *
   * @param device the interface by which it comes in
   */
  record Place(String machine, String device, IpAddress address) {}

  /** Where the asking machine is joined to one of PedOS. */
  private Optional<Place> entry(String name) {
    String from = question.from().machine().orElse("");
    for (Link link : network.links()) {
      boolean joined = link.ends().stream().anyMatch(e -> e.machine().equals(from));
      for (Link.End end : link.ends()) {
        if (joined && end.machine().equals(name)) {
          return place(end);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Place> place(Link.End end) {
    Optional<Interface> device = network.machine(end.machine()).flatMap(m -> m.find(end.device()));
    Optional<IpAddress> asked =
        question.to().address().filter(a -> device.map(i -> i.has(a)).orElse(false));
    return asked
        .or(
            () ->
                device.stream()
                    .flatMap(i -> i.addresses(IpVersion.IPV4).stream())
                    .filter(Interface.Address::usable)
                    .map(a -> a.prefix().address())
                    .findFirst())
        .map(address -> new Place(end.machine(), end.device(), address));
  }

  private List<ForwardStep> steps(Place entry, String to) {
    List<String> chain = new ArrayList<>(topology.upwards(to));
    java.util.Collections.reverse(chain);
    int start = chain.indexOf(entry.machine());
    List<ForwardStep> steps = new ArrayList<>();
    if (start < 0) {
      return steps;
    }
    Place here = entry;
    Packet packet = packet(here.address());
    for (String next : chain.subList(start + 1, chain.size())) {
      Optional<Place> there = joined(here.machine(), next);
      if (there.isEmpty()) {
        return steps;
      }
      HopSteps hop = new HopSteps(network, here, there.get(), packet);
      steps.addAll(hop.steps());
      packet = hop.passedOn();
      here = there.get();
    }
    steps.addAll(
        topology.member(to).map(Topology.Member::provides).orElse(false)
            ? List.of(HopSteps.onwards(network, here, packet))
            : new LastSteps(network, here, packet).steps());
    return steps;
  }

  private Optional<Place> joined(String provider, String client) {
    for (Link link : network.links()) {
      boolean both = link.ends().stream().anyMatch(e -> e.machine().equals(provider));
      for (Link.End end : link.ends()) {
        if (both && end.machine().equals(client)) {
          return place(end);
        }
      }
    }
    return Optional.empty();
  }

  private Packet packet(IpAddress to) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    int from = question.service().sourcePort().orElse(ASKING_PORT);
    int port = question.service().port();
    if (question.service().protocol() == Protocol.UDP) {
      return Packets.udp(source, to, from, port, new byte[8], ip);
    }
    Packets.Tcp syn = new Packets.Tcp(from, port, 1, 0, TcpFlags.SYN, 64240);
    return Packets.tcp(source, to, syn, new byte[0], new byte[0], ip);
  }
}
