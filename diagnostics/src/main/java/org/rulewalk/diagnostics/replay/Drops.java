package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.rulewalk.diagnostics.why.Blocker;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;

/** Packets that got no further, grouped by flow and by what stopped them. */
public final class Drops {
  private static final int MOST_GROUPS = 100_000;

  /** One group. */
  public static final class Drop {
    private final String machine;
    private final FlowKey flow;
    private final Supplier<Optional<Cause>> why;
    private final int decider;

    /** Its own, in the order in which groups were found. */
    final int number;

    private long packets;
    private long bytes;
    private long first;
    private long last;

    private Drop(Key key, int number, Supplier<Optional<Cause>> why, long nanos) {
      this.machine = key.machine();
      this.flow = key.flow();
      this.decider = key.decider();
      this.number = number;
      this.why = why;
      this.first = nanos;
    }

    void add(int length, long nanos) {
      packets++;
      bytes += length;
      last = nanos;
    }

    /** Where it ended. */
    public String machine() {
      return machine;
    }

    /** As it came to that machine. */
    public FlowKey flow() {
      return flow;
    }

    /** What stopped the first of them. */
    public Optional<Cause> cause() {
      return why.get();
    }

    /** How many packets. */
    public long packets() {
      return packets;
    }

    /** How many bytes. */
    public long bytes() {
      return bytes;
    }

    /** First and last time, in nanoseconds since 1970. */
    public long firstNanos() {
      return first;
    }

    /** See {@link #firstNanos}. */
    public long lastNanos() {
      return last;
    }
  }

  private record Key(String machine, FlowKey flow, int decider) {}

  private final Network network;
  private final Map<Key, Drop> groups = new HashMap<>();
  private long ungrouped;

  Drops(Network network) {
    this.network = network;
  }

  void add(Journey journey, Stop stop, long nanos) {
    Optional<Drop> group = group(journey, stop, nanos);
    if (group.isPresent()) {
      group.get().add(journey.packet().length(), nanos);
    } else {
      ungrouped++;
    }
  }

  /** The group that a packet belongs to, where there is room for it. */
  Optional<Drop> group(Journey journey, Stop stop, long nanos) {
    FlowKey flow = FlowKey.of(journey.packet());
    Key key = new Key(journey.machine(), flow, decider(stop));
    Drop drop = groups.get(key);
    if (drop == null) {
      if (groups.size() >= MOST_GROUPS) {
        return Optional.empty();
      }
      drop = new Drop(key, groups.size(), () -> cause(network, journey), nanos);
      groups.put(key, drop);
    }
    return Optional.of(drop);
  }

  /** The group of packets of another flow that the same thing stops; empty if there is none yet. */
  Optional<Drop> groupLike(Drop other, FlowKey flow) {
    return Optional.ofNullable(groups.get(new Key(other.machine, flow, other.decider)));
  }

  /** What stopped a packet, as {@code why} would say. */
  static Optional<Cause> cause(Network network, Journey journey) {
    Journey alone =
        new Journey(
            0,
            journey.machine(),
            journey.incoming(),
            journey.packet(),
            journey.last(),
            new Journey.Origin.Probe(),
            journey.steps(),
            journey.end(),
            journey.started());
    return Blocker.of(
        network,
        new Trace(List.of(alone), List.of(), Optional.empty(), Optional.empty(), List.of(), false));
  }

  /** Rules and chains are told apart by being another object: that of the same text may differ. */
  private static int decider(Stop stop) {
    if (stop instanceof Stop.ByRule) {
      return System.identityHashCode(((Stop.ByRule) stop).step().rule());
    }
    if (stop instanceof Stop.ByPolicy) {
      return System.identityHashCode(((Stop.ByPolicy) stop).step().chain());
    }
    return stop.getClass().hashCode();
  }

  /** The stop of a journey; empty where it got on, or waits for its other fragments. */
  static Optional<Stop> stop(Journey journey) {
    return journey.end() instanceof End.Stopped
        ? Optional.of(((End.Stopped) journey.end()).stop())
            .filter(s -> !(s instanceof Stop.Incomplete))
        : Optional.empty();
  }

  /** The groups, largest first. */
  public List<Drop> all() {
    List<Drop> all = new ArrayList<>(groups.values());
    all.sort(
        Comparator.comparingLong((Drop drop) -> -drop.packets)
            .thenComparingLong(drop -> drop.first)
            .thenComparing(drop -> drop.flow.toString()));
    return all;
  }

  /** Packets in further groups, of which nothing more was kept. */
  public long ungrouped() {
    return ungrouped;
  }
}
