package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Pattern;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Machines that live on from packet to packet, by a clock that the caller sets: for recorded
 * traffic.
 *
 * <p>Unlike a {@link Simulator}, packets end at the edge of a machine: the caller knows what really
 * came out. Programs say nothing here, for what they said was recorded; what the kernel itself
 * answers (errors, rejects, pings) is foretold. Not thread-safe; a packet costs what its rules
 * cost, and no copy of the state.
 */
public final class Session {
  private final Run run;
  private final Map<String, Follower> followers = new HashMap<>();
  private final List<Follower> following = new ArrayList<>();
  private long begin = Long.MIN_VALUE;
  private long now;

  /** Begins with what machines remember. */
  public Session(Network network, State start, Choices choices) {
    // counters within rules count where they stand, so each statement has to be heard
    this.run =
        new Run(
            network, new Blueprints(network, Matching.PLAIN), start, choices, Optional.of(this));
  }

  /**
   * Sets the clock of all machines, in nanoseconds; it never goes back. What machines remember at
   * the start is taken to be from the first time that is told.
   */
  public void setTime(long nanos) {
    begin = begin == Long.MIN_VALUE ? nanos : begin;
    now = Math.max(now, nanos - begin);
    for (int i = 0; i < following.size(); i++) {
      following.get(i).keepTime(now);
    }
  }

  private Host host(String machine) {
    Host host = run.host(machine);
    host.keepTime(now);
    return host;
  }

  /**
   * A packet comes in by an interface.
   *
   * @param group whether it was sent to all or to a group, by its Ethernet address
   */
  public List<Passage> arrive(String machine, String device, Packet packet, boolean group) {
    return arrive(machine, device, packet, group, Optional.empty());
  }

  /**
   * The same for a packet that connection tracking was asked about already.
   *
   * @param tracked what it said; see {@link Follower#association}
   */
  public List<Passage> arrive(
      String machine, String device, Packet packet, boolean group, Optional<Association> tracked) {
    run.begin();
    run.foretell(tracked);
    Host host = host(machine);
    int type =
        group
            ? packet.destination().isMulticast() ? Skb.PACKET_MULTICAST : Skb.PACKET_BROADCAST
            : Skb.PACKET_HOST;
    Skb.Frame frame = new Skb.Frame(packet, type, run.linkTo(new Link.End(machine, device)), false);
    host.input().receive(device, frame, new Journey.Origin.Probe());
    return passages();
  }

  /**
   * A machine sends a packet that it made; no machine is asked whether it would.
   *
   * @param device the interface that it was seen to leave by
   */
  public List<Passage> send(String machine, Packet packet, String device) {
    return send(machine, packet, device, Optional.empty());
  }

  /** The same for a packet that connection tracking was asked about already. */
  public List<Passage> send(
      String machine, Packet packet, String device, Optional<Association> tracked) {
    run.begin();
    run.foretell(tracked);
    host(machine).output().sendRecorded(packet, device, new Journey.Origin.Probe());
    return passages();
  }

  private List<Passage> passages() {
    run.settle();
    return run.drafts().stream().map(draft -> draft.toPassage(run.isAnswer(draft))).toList();
  }

  /** Follows connections of a machine. */
  public Follower follower(String machine) {
    return followers.computeIfAbsent(machine, this::follow);
  }

  private Follower follow(String machine) {
    Follower follower = new Follower(host(machine));
    following.add(follower);
    return follower;
  }

  /** Where a packet with this tuple is tracked, if the machine tracks it. */
  public Optional<Direction> tracked(String machine, Tuple tuple) {
    return host(machine).memory().conntrack.direction(tuple);
  }

  /** Whether the packet that was taken last left something in doubt. */
  public boolean hasDoubts() {
    return run.hasDoubts();
  }

  /**
   * Whether a machine's rules treat packets of one flow and kind alike; see {@link
   * Follower#follow}.
   */
  public boolean isSteady(String machine) {
    return host(machine).isSteady();
  }

  /**
   * A number for the connections that a machine treats alike, as packets come with one tuple and
   * leave with another; negative where there is none. Of packets of such connections, the next one
   * of the same kind meets what the first one met.
   */
  public int likeness(String machine, Tuple coming, Tuple leaving) {
    return host(machine).likeness().of(coming, leaving);
  }

  /**
   * How connections like that of a packet begin, which has just begun it; empty where rules have to
   * be asked about each.
   */
  public Optional<Beginning> beginning(String machine, Packet packet) {
    Host host = host(machine);
    if (hasDoubts() || !host.likeness().tellsBeginnings()) {
      return Optional.empty();
    }
    return Tuple.of(packet)
        .flatMap(host.memory().conntrack::direction)
        .filter(direction -> !direction.isReply())
        .flatMap(direction -> Pattern.of(direction.connection()))
        .map(pattern -> new Beginning(host, pattern));
  }

  /** Whether an address is the machine's own. */
  public boolean isLocal(String machine, IpAddress address) {
    return host(machine).router().isLocal(address);
  }

  /** The interface that leads to an address; empty if none does. */
  public Optional<String> deviceTowards(String machine, IpAddress address) {
    Departure departure = host(machine).router().depart(Flow.to(address), true);
    return departure instanceof Departure.Leave
        ? Optional.of(((Departure.Leave) departure).device())
        : Optional.empty();
  }

  /** A packet that was seen to leave, as it was before the machine translated it. */
  public Optional<Tuple> beforeTranslation(String machine, Packet leaving) {
    Host host = host(machine);
    return Tuple.of(leaving).flatMap(host.memory().conntrack::beforeTranslation);
  }

  /** Corrects a translation that is chosen by chance; see {@code Conntrack.learn}. */
  public boolean learn(String machine, Packet expected, Packet seen) {
    Optional<Tuple> from = Tuple.of(expected);
    Optional<Tuple> to = Tuple.of(seen);
    return from.isPresent()
        && to.isPresent()
        && host(machine).memory().conntrack.learn(from.get(), to.get());
  }
}
