package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.hops.Decision;
import org.rulewalk.diagnostics.hops.Hop;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/**
 * Finds the rules that each machine needs, from the entry on: what its chains say of the packets as
 * they come to it decides, and each rule is tried on the model before the next is sought.
 */
final class Planner {
  private static final int MOST_RULES = 8;
  private static final int ASKING_PORT = 40000;
  private static final Stop NO_STOP = new Stop.Expired();

  private final Wish wish;
  private final Way way;
  private final Set<String> whole;
  private final Outsiders outsiders;
  private final Map<String, List<Edit>> plan = new LinkedHashMap<>();
  private Network network;

  /**
   * For one state of the network.
   *
   * @param known edits that are made in any case
   * @param whole machines whose rules must be for more than the first packet of a connection
   */
  Planner(
      Network network,
      Wish wish,
      Way way,
      Outsiders outsiders,
      Map<String, List<Edit>> known,
      Set<String> whole) {
    this.network = network;
    this.wish = wish;
    this.way = way;
    this.whole = whole;
    this.outsiders = outsiders;
    way.stops().forEach(stop -> plan.put(stop.machine(), new ArrayList<>()));
    known.forEach((machine, edits) -> edits.forEach(edit -> make(machine, edit)));
  }

  /** The edits of each machine on the way, in order; none for one that needs none. */
  Map<String, List<Edit>> plan(List<IpAddress> sources) {
    List<Packet> packets =
        sources.stream()
            .map(source -> packet(source, way.entry().address(), way.entry().port()))
            .toList();
    for (int i = 0; i < way.stops().size(); i++) {
      Way.Stop here = way.stops().get(i);
      boolean end = i == way.stops().size() - 1;
      List<Packet> asked = packets;
      if (!end) {
        Way.Stop next = way.stops().get(i + 1);
        translate(here, next, asked);
        List<Packet> sent =
            asked.stream().map(p -> packet(p.source(), next.address(), next.port())).toList();
        pass(here, Hook.FORWARD, asked, traffic(here, sent, Optional.of(next.address()), next));
        packets =
            asked.stream()
                .map(
                    p ->
                        hop(here, p)
                            .out()
                            .filter(out -> leadsTo(here, out.device(), next))
                            .map(out -> out.packet())
                            .filter(out -> out.destination().equals(next.address()))
                            .orElseGet(() -> packet(p.source(), next.address(), next.port())))
                .toList();
      } else {
        pass(here, Hook.INPUT, asked, traffic(here, asked, asked(here), here));
      }
    }
    for (IpAddress source : sources) {
      answers(source);
    }
    return plan;
  }

  /** Rules for the answers, where those that PedOS has for all of them are missing. */
  private void answers(IpAddress source) {
    Optional<Step.OfChain> before = Optional.empty();
    for (int i = 0; i < MOST_RULES; i++) {
      Optional<Lost> lost = lost(network, source);
      if (lost.isEmpty() || before.filter(lost.get().step()::equals).isPresent()) {
        return;
      }
      before = lost.map(Lost::step);
      List<Edit> edits =
          Accepts.candidates(lost.get().step().table(), lost.get().base(), lost.get().traffic());
      for (Edit edit : edits) {
        String machine = lost.get().stop().machine();
        Optional<Lost> then = lost(changed(network, machine, List.of(edit)), source);
        if (!then.equals(lost)) {
          make(machine, edit);
          break;
        }
      }
    }
  }

  /** A chain of a machine on the way that drops answers. */
  private record Lost(Way.Stop stop, Step.OfChain step, Chain base, Traffic traffic) {}

  private Optional<Lost> lost(Network in, IpAddress source) {
    Trace trace = Checks.ask(in, outsiders, wish, way, source).trace();
    for (Journey journey : trace.journeys()) {
      Optional<Step.OfChain> step =
          trace.isRequest(journey) ? Optional.empty() : droppedBy(journey);
      for (int i = 0; step.isPresent() && i < way.stops().size(); i++) {
        Way.Stop here = way.stops().get(i);
        if (here.machine().equals(journey.machine())) {
          Way.Stop from = way.stops().get(Math.min(i + 1, way.stops().size() - 1));
          Traffic traffic =
              traffic(here, List.of(sent(trace, here)), Optional.of(from.address()), from);
          return Optional.of(new Lost(here, step.get(), base(step.get()), traffic.answers()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Step.OfChain> droppedBy(Journey journey) {
    Stop stop =
        journey.end() instanceof End.Stopped ? ((End.Stopped) journey.end()).stop() : NO_STOP;
    return stop instanceof Stop.ByRule
        ? Optional.of(((Stop.ByRule) stop).step())
        : stop instanceof Stop.ByPolicy
            ? Optional.of(((Stop.ByPolicy) stop).step())
            : Optional.empty();
  }

  /** The request as this machine got it. */
  private static Packet sent(Trace trace, Way.Stop here) {
    return trace.requestPath().stream()
        .filter(journey -> journey.machine().equals(here.machine()))
        .map(Journey::packet)
        .findFirst()
        .orElseThrow();
  }

  private static Chain base(Step.OfChain step) {
    return step.table().chains().stream()
        .filter(Chain.Base.class::isInstance)
        .filter(chain -> ((Chain.Base) chain).hook() == step.hook())
        .findFirst()
        .orElse(step.chain());
  }

  /** What is asked for at a stop: its own address, unless that may be another tomorrow. */
  private static Optional<IpAddress> asked(Way.Stop stop) {
    return Optional.of(stop.address()).filter(address -> stop.fixed());
  }

  private Traffic traffic(
      Way.Stop here, List<Packet> packets, Optional<IpAddress> to, Way.Stop port) {
    return new Traffic(
        wish.version(),
        here.device(),
        senders(packets),
        to,
        wish.service().protocol(),
        port.port(),
        whole.contains(here.machine()) ? Traffic.Part.ALL : Traffic.Part.FIRST);
  }

  /** The prefix, or who a machine before put in its place. */
  private Optional<Prefix> senders(List<Packet> packets) {
    Set<IpAddress> seen = new LinkedHashSet<>();
    packets.forEach(packet -> seen.add(packet.source()));
    boolean inside = seen.stream().allMatch(wish.from()::contains);
    return inside
        ? wish.senders()
        : seen.size() == 1 ? Optional.of(seen.iterator().next().toPrefix()) : Optional.empty();
  }

  private void translate(Way.Stop here, Way.Stop next, List<Packet> packets) {
    Traffic traffic =
        new Traffic(
            wish.version(),
            here.device(),
            senders(packets),
            asked(here),
            wish.service().protocol(),
            here.port(),
            Traffic.Part.ALL);
    List<List<Edit>> candidates = new Translations(machine(here), traffic, next).candidates();
    List<Edit> chosen = candidates.get(0);
    for (List<Edit> edits : candidates) {
      Network with = changed(network, here.machine(), edits);
      boolean all =
          packets.stream()
              .allMatch(
                  packet ->
                      Hop.of(with, here.machine(), here.device(), packet)
                          .redirected()
                          .map(Hop.Redirected::after)
                          .filter(after -> after.destination().equals(next.address()))
                          .filter(after -> after.destinationPort() == next.port())
                          .isPresent());
      if (all) {
        chosen = edits;
        break;
      }
    }
    chosen.forEach(edit -> make(here.machine(), edit));
  }

  private void pass(Way.Stop here, Hook hook, List<Packet> packets, Traffic traffic) {
    Set<String> hopeless = new HashSet<>();
    for (int i = 0; i < MOST_RULES; i++) {
      Optional<Decision> drop = drop(network, here, hook, packets, hopeless);
      if (drop.isEmpty()) {
        return;
      }
      Optional<Edit> helping =
          Accepts.candidates(drop.get().table(), drop.get().base(), traffic).stream()
              .filter(
                  edit ->
                      drop(
                              changed(network, here.machine(), List.of(edit)),
                              here,
                              hook,
                              packets,
                              hopeless)
                          .map(still -> !key(still).equals(key(drop.get())))
                          .orElse(true))
              .findFirst();
      if (helping.isPresent()) {
        make(here.machine(), helping.get());
      } else {
        hopeless.add(key(drop.get()));
      }
    }
  }

  private static String key(Decision decision) {
    return decision.table().tool() + " " + decision.table().title() + " " + decision.base().name();
  }

  /**
   * The first base chain that drops one of the packets, but for those against which nothing helps.
   */
  private Optional<Decision> drop(
      Network in, Way.Stop here, Hook hook, List<Packet> packets, Set<String> hopeless) {
    return packets.stream()
        .flatMap(packet -> Hop.of(in, here.machine(), here.device(), packet).at(hook).stream())
        .filter(decision -> decision.drops() && !hopeless.contains(key(decision)))
        .findFirst();
  }

  private boolean leadsTo(Way.Stop here, String device, Way.Stop next) {
    return network
        .peers(new Link.End(here.machine(), device))
        .contains(new Link.End(next.machine(), next.device()));
  }

  private Hop hop(Way.Stop here, Packet packet) {
    return Hop.of(network, here.machine(), here.device(), packet);
  }

  private Machine machine(Way.Stop stop) {
    return network.machine(stop.machine()).orElseThrow();
  }

  private void make(String machine, Edit edit) {
    List<Edit> edits = plan.get(machine);
    if (edits.stream().noneMatch(known -> known.command().equals(edit.command()))) {
      edits.add(edit);
      network = changed(network, machine, List.of(edit));
    }
  }

  /** The network with edits made on a machine, as their commands' text says. */
  static Network changed(Network before, String machine, List<Edit> edits) {
    return before.with(
        ScriptRunner.run(
                SourceText.of(
                    "", String.join("\n", edits.stream().map(Edit::command).toList()) + "\n"),
                before.machine(machine).orElseThrow(),
                Invocation.Files.NONE)
            .machine());
  }

  private Packet packet(IpAddress from, IpAddress to, int port) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    if (wish.service().protocol() == Protocol.UDP) {
      return Packets.udp(from, to, ASKING_PORT, port, new byte[8], ip);
    }
    Packets.Tcp syn = new Packets.Tcp(ASKING_PORT, port, 1, 0, TcpFlags.SYN, 64240);
    return Packets.tcp(from, to, syn, new byte[0], new byte[0], ip);
  }
}
