package org.rulewalk.diagnostics.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.hops.Meant;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Which VM a forwarded port was meant for: the one that most of what was written speaks of. */
final class Target {
  private static final int ARRIVES = 8;
  private static final int RULE_NAMES_IT = 3;
  private static final int LETS_IN = 2;
  private static final int LISTENS = 1;

  private final Network network;
  private final Topology topology;
  private final Service service;

  Target(Network network, Topology topology, Service service) {
    this.network = network;
    this.topology = topology;
    this.service = service;
  }

  /** The VM; empty where none stands out. */
  Optional<String> below(String entry, Optional<String> end) {
    Optional<String> best = Optional.empty();
    int most = 0;
    boolean shared = false;
    for (String name : users(entry)) {
      int score = score(name) + (end.map(name::equals).orElse(false) ? ARRIVES : 0);
      shared = score == most ? true : score > most ? false : shared;
      if (score > most) {
        most = score;
        best = Optional.of(name);
      }
    }
    return shared ? Optional.empty() : best;
  }

  private List<String> users(String entry) {
    List<String> found = new ArrayList<>();
    for (Topology.Member member : topology.members().values()) {
      boolean user = !member.provides() && !member.name().equals(entry);
      if (user && topology.upwards(member.name()).contains(entry)) {
        found.add(member.name());
      }
    }
    return found;
  }

  private int score(String name) {
    Optional<Machine> machine = network.machine(name);
    Optional<IpAddress> address = machine.flatMap(Target::address);
    if (address.isEmpty()) {
      return 0;
    }
    int score = 0;
    Packet packet = packet(address.get());
    for (String provider : topology.upwards(name).subList(1, topology.upwards(name).size())) {
      boolean named =
          network
              .machine(provider)
              .map(
                  m ->
                      Meant.find(
                              m.ruleset(),
                              new StillPacket(m, Hook.FORWARD, "", "", packet),
                              Meant::accepts)
                          .stream()
                          .anyMatch(rule -> rule.own() > 1))
              .orElse(false);
      score += named ? RULE_NAMES_IT : 0;
    }
    StillPacket arriving = new StillPacket(machine.get(), Hook.INPUT, "eth0", "", packet);
    boolean lets = !Meant.find(machine.get().ruleset(), arriving, Meant::accepts).isEmpty();
    boolean listens =
        machine.get().listeners().orElse(List.of()).stream()
            .anyMatch(l -> l.protocol() == service.protocol() && l.port() == service.port());
    return score + (lets ? LETS_IN : 0) + (listens ? LISTENS : 0);
  }

  private static Optional<IpAddress> address(Machine machine) {
    return machine.interfaces().stream()
        .filter(i -> !i.isLoopback())
        .flatMap(i -> i.addresses(IpVersion.IPV4).stream())
        .filter(Interface.Address::usable)
        .map(a -> a.prefix().address())
        .findFirst();
  }

  private Packet packet(IpAddress to) {
    IpAddress anybody = IpAddress.of("198.51.100.1");
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    if (service.protocol() == Protocol.UDP) {
      return Packets.udp(anybody, to, 40000, service.port(), new byte[8], ip);
    }
    Packets.Tcp syn = new Packets.Tcp(40000, service.port(), 1, 0, TcpFlags.SYN, 64240);
    return Packets.tcp(anybody, to, syn, new byte[0], new byte[0], ip);
  }
}
