package org.rulewalk.simulator.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.trace.Assumption;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.SendError;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;

/**
 * The work on one probe: the machines that it touches, and what is still to be done.
 *
 * <p>A machine finishes with a packet, and all that it sends because of it, before the next one is
 * taken; packets on links wait their turn, as in the kernel's backlog.
 */
final class Run {
  private static final int MOST_EVENTS = 2000;

  private final Network network;
  private final Blueprints blueprints;
  private final State before;
  private final Choices choices;
  private final Map<String, Host> hosts = new HashMap<>();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final List<Draft> drafts = new ArrayList<>();
  private final List<Transmission> transmissions = new ArrayList<>();
  private final Map<DoubtAt, Boolean> decided = new LinkedHashMap<>();
  private final Optional<Session> session;
  private Optional<Association> foretold = Optional.empty();

  private record DoubtAt(String machine, Doubt doubt) {}

  Run(Network network, Blueprints blueprints, State before, Choices choices) {
    this(network, blueprints, before, choices, Optional.empty());
  }

  /** One that goes on from packet to packet, and leaves links to a session. */
  Run(
      Network network,
      Blueprints blueprints,
      State before,
      Choices choices,
      Optional<Session> session) {
    this.network = network;
    this.blueprints = blueprints;
    this.before = before;
    this.choices = choices;
    this.session = session;
  }

  /** Whether packets are those of a recording: what programs say is recorded, not made up. */
  boolean isReplay() {
    return session.isPresent();
  }

  /** Says what connection tracking has said of the packet that comes next. */
  void foretell(Optional<Association> association) {
    foretold = association;
  }

  /** What was said of the first packet that is taken. */
  Optional<Association> foretold() {
    Optional<Association> said = foretold;
    foretold = Optional.empty();
    return said;
  }

  /** Whether a doubt came up about the packet. */
  boolean hasDoubts() {
    return !decided.isEmpty();
  }

  /** Forgets the packet before, but not what machines remember. */
  void begin() {
    drafts.clear();
    decided.clear();
    waiting.clear();
    hosts.values().forEach(Host::forgetRedirects);
  }

  /** Finishes what machines still do for themselves, as loopback. */
  void settle() {
    for (int events = 0; !waiting.isEmpty() && events < MOST_EVENTS; events++) {
      waiting.remove().run();
    }
  }

  List<Draft> drafts() {
    return drafts;
  }

  /** The link-layer header of a packet that arrives. */
  Optional<Skb.LinkHeader> linkTo(Link.End here) {
    return blueprints.linkHeaders().to(here);
  }

  Network network() {
    return network;
  }

  Choices choices() {
    return choices;
  }

  KnownNeighbours neighbours(String machine) {
    return blueprints.neighbours(machine);
  }

  Host host(String name) {
    Host known = hosts.get(name);
    if (known == null) {
      known = new Host(this, blueprints.of(name), before.copyOf(name));
      hosts.put(name, known);
    }
    return known;
  }

  boolean decide(String machine, Doubt doubt) {
    DoubtAt key = new DoubtAt(machine, doubt);
    return decided.computeIfAbsent(key, unused -> choices.decide(machine, doubt));
  }

  Draft draft(String machine, Optional<String> incoming, Packet packet, Journey.Origin origin) {
    Draft draft = new Draft(drafts.size(), machine, incoming, packet, origin);
    drafts.add(draft);
    return draft;
  }

  /** Whether a packet is not the one that was asked about, but was made because of it. */
  boolean isAnswer(Draft draft) {
    Draft first = draft;
    while (first.origin() instanceof Journey.Origin.Continues) {
      first = drafts.get(((Journey.Origin.Continues) first.origin()).journey());
    }
    return !(first.origin() instanceof Journey.Origin.Probe);
  }

  void later(Runnable work) {
    waiting.add(work);
  }

  /** Puts a packet on a link. */
  void transmit(Host from, Skb skb, Way way, Packet packet, List<Link.End> receivers) {
    if (session.isPresent()) {
      skb.draft.sent(new Passage.Sent(way.device(), packet, skb.randomId, receivers));
      return;
    }
    int journey = skb.draft.id();
    transmissions.add(new Transmission(journey, from.name(), way.device(), packet));
    int type =
        way.kind() == Way.Kind.BROADCAST
            ? Skb.PACKET_BROADCAST
            : way.kind() == Way.Kind.MULTICAST ? Skb.PACKET_MULTICAST : Skb.PACKET_HOST;
    for (Link.End receiver : receivers) {
      Optional<Skb.LinkHeader> link =
          blueprints
              .linkHeaders()
              .between(new Link.End(from.name(), way.device()), receiver, way.isGroup());
      Skb.Frame frame = new Skb.Frame(packet, type, link, skb.randomId);
      Journey.Origin origin = new Journey.Origin.Continues(journey);
      later(() -> host(receiver.machine()).input().receive(receiver.device(), frame, origin));
    }
  }

  Outcome answer(Probe probe) {
    Optional<Client> client = start(probe);
    int events = 0;
    while (!waiting.isEmpty() && events < MOST_EVENTS) {
      waiting.remove().run();
      events++;
    }
    boolean raw = probe instanceof Probe.Send;
    Optional<SendError> error = raw ? drafts.get(0).error() : Optional.empty();
    Optional<ConnectResult> result = client.map(Client::result);
    List<Assumption> assumptions = new ArrayList<>();
    decided.forEach(
        (key, taken) -> assumptions.add(new Assumption(key.machine(), key.doubt(), taken)));
    List<Journey> journeys = drafts.stream().map(Draft::toJourney).toList();
    Trace trace =
        new Trace(journeys, transmissions, error, result, assumptions, !waiting.isEmpty());
    Map<String, Memory> after = new HashMap<>();
    hosts.forEach((name, host) -> after.put(name, host.memory()));
    return new Outcome(trace, before.with(after));
  }

  private Optional<Client> start(Probe probe) {
    Journey.Origin origin = new Journey.Origin.Probe();
    if (probe instanceof Probe.Arrive) {
      Probe.Arrive arrive = (Probe.Arrive) probe;
      Optional<Skb.LinkHeader> link = linkTo(new Link.End(arrive.machine(), arrive.device()));
      Host host = host(arrive.machine());
      Skb.Frame frame = new Skb.Frame(arrive.packet(), Skb.PACKET_HOST, link, false);
      host.input().receive(arrive.device(), frame, origin);
      return Optional.empty();
    }
    if (probe instanceof Probe.Send) {
      Probe.Send send = (Probe.Send) probe;
      host(send.machine()).output().sendRaw(send.packet(), origin);
      return Optional.empty();
    }
    Probe.Connect connect = (Probe.Connect) probe;
    Client client = new Client(host(connect.machine()), connect);
    client.start();
    return Optional.of(client);
  }
}
