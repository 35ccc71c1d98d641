package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Where a port was meant to be forwarded to, by what the rest of the capture says: a translation
 * that almost fits, rules behind that let just this port through, or the one machine behind that
 * serves it. Nothing is guessed where several could be meant.
 */
final class NatTargets {
  private final Network network;
  private final Question question;
  private final Machine machine;
  private final Packet packet;

  NatTargets(Network network, Question question, Machine machine, Packet packet) {
    this.network = network;
    this.question = question;
    this.machine = machine;
    this.packet = packet;
  }

  /**
   * Where to translate to.
   *
   * @param because what says so, for people
   */
  record Target(IpAddress address, String because) {}

  /** Addresses to translate to on this machine, the best witness first. */
  List<Target> find() {
    Map<IpAddress, String> targets = new LinkedHashMap<>();
    question
        .to()
        .address()
        .filter(this::isBehind)
        .flatMap(this::nextTo)
        .ifPresent(address -> targets.put(address, "which leads to what was asked for"));
    translations(machine)
        .filter(this::isSomebody)
        .forEach(address -> targets.putIfAbsent(address, "as another rule there does"));
    end()
        .ifPresent(
            end ->
                nextTo(end.address()).ifPresent(next -> targets.putIfAbsent(next, end.because())));
    return targets.entrySet().stream().map(e -> new Target(e.getKey(), e.getValue())).toList();
  }

  /** The one machine that the port can be meant for; empty if several can. */
  private Optional<Target> end() {
    Set<IpAddress> ruled = new LinkedHashSet<>();
    accepted(machine).forEach(ruled::add);
    for (Machine other : behind()) {
      translations(other).filter(this::isBehind).forEach(ruled::add);
      accepted(other).forEach(ruled::add);
    }
    Set<IpAddress> serving = new LinkedHashSet<>(serving());
    if (ruled.size() > 1) {
      ruled.retainAll(serving);
    }
    if (ruled.size() == 1) {
      IpAddress end = ruled.iterator().next();
      return Optional.of(new Target(end, "since other rules let this port through to " + end));
    }
    Set<IpAddress> open = new LinkedHashSet<>();
    behind().stream().filter(this::opens).flatMap(this::addresses).forEach(open::add);
    if (ruled.isEmpty() && open.size() == 1) {
      IpAddress end = open.iterator().next();
      return Optional.of(new Target(end, "since only " + end + " lets this port in"));
    }
    if (ruled.isEmpty() && open.isEmpty() && serving.size() == 1) {
      IpAddress end = serving.iterator().next();
      return Optional.of(
          new Target(end, "since of all machines captured only " + end + " listens on this port"));
    }
    return Optional.empty();
  }

  private boolean isBehind(IpAddress address) {
    return address.version() == packet.version() && isSomebody(address) && !isProvider(address);
  }

  private boolean isSomebody(IpAddress address) {
    return network.holders(address).stream()
        .anyMatch(holder -> !holder.isExternal() && !holder.name().equals(machine.name()));
  }

  private List<Machine> behind() {
    return network.machines().values().stream()
        .filter(other -> !other.isExternal() && !other.name().equals(machine.name()))
        .toList();
  }

  private Stream<IpAddress> translations(Machine of) {
    return rules(of, Hook.PREROUTING)
        .filter(this::isForThisPort)
        .flatMap(rule -> RuleFacts.translatesTo(rule, packet.version()).stream());
  }

  /** The addresses of clients for which a machine forwards just this port. */
  private Stream<IpAddress> accepted(Machine of) {
    return rules(of, Hook.FORWARD)
        .filter(RuleFacts::accepts)
        .filter(this::isForThisPort)
        .flatMap(rule -> RuleFacts.destination(rule, packet.version()).stream())
        .filter(this::isSomebody)
        .filter(address -> !isProvider(address));
  }

  private boolean isProvider(IpAddress address) {
    return network.holders(address).stream().anyMatch(NatTargets::isProvider);
  }

  private static boolean isProvider(Machine holder) {
    return holder.settings().flag("net.ipv4.ip_forward", false);
  }

  /** Whether somebody opened just this port on a machine that serves. */
  private boolean opens(Machine other) {
    return !isProvider(other)
        && rules(other, Hook.INPUT).filter(RuleFacts::accepts).anyMatch(this::isForThisPort);
  }

  private Stream<IpAddress> addresses(Machine of) {
    return of.interfaces().stream()
        .filter(device -> !device.isLoopback())
        .flatMap(device -> device.addresses(packet.version()).stream())
        .map(address -> address.prefix().address())
        .filter(address -> !address.isLinkLocal())
        .limit(1);
  }

  private boolean isForThisPort(Rule rule) {
    OptionalInt port = RuleFacts.port(rule, packet.protocol());
    return port.isPresent() && port.getAsInt() == packet.destinationPort();
  }

  /** All rules of the tables that have a chain at the hook. */
  private Stream<Rule> rules(Machine of, Hook hook) {
    return of.ruleset().tables().stream()
        .filter(table -> table.family().sees(packet.version()))
        .filter(table -> hasHook(table, hook))
        .flatMap(table -> table.chains().stream())
        .filter(chain -> !(chain instanceof Chain.Base) || ((Chain.Base) chain).hook() == hook)
        .flatMap(chain -> chain.rules().stream());
  }

  private static boolean hasHook(Table table, Hook hook) {
    return table.chains().stream()
        .anyMatch(c -> c instanceof Chain.Base && ((Chain.Base) c).hook() == hook);
  }

  /** The addresses of the machines whose captured sockets take this port from outside. */
  private List<IpAddress> serving() {
    List<IpAddress> found = new ArrayList<>();
    for (Machine other : behind()) {
      boolean serves =
          other.listeners().orElse(List.of()).stream()
              .anyMatch(
                  socket ->
                      socket.protocol() == packet.protocol()
                          && socket.port() == packet.destinationPort()
                          && socket.source().isKnown()
                          && socket.address().map(a -> !a.isLoopback()).orElse(true));
      if (serves) {
        addresses(other).forEach(found::add);
      }
    }
    return found;
  }

  /** The end itself where the machine has a route to it, else the next machine on the way. */
  private Optional<IpAddress> nextTo(IpAddress end) {
    Topology topology = new Topology(network);
    Optional<Topology.Hop> way = topology.toHolder(machine.name(), end);
    Departure departure = new Router(machine).depart(Flow.to(end), false);
    boolean routed =
        way.isPresent()
            && departure instanceof Departure.Leave
            && ((Departure.Leave) departure).device().equals(way.get().device());
    return routed
        ? Optional.of(end)
        : way.flatMap(hop -> topology.gateway(hop.peer(), packet.version()));
  }
}
