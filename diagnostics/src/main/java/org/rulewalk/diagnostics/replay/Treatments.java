package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Beginning;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/**
 * What is known of how packets are treated: each flow keeps the treatments of its own kinds of
 * packets, and flows that are treated alike share them. Says nothing of whether they still hold;
 * {@link Replay} asks only where rules are steady.
 */
final class Treatments {
  private static final int MOST_SHARED = 100_000;

  private final Network network;
  private final Session session;
  private final Traffic traffic;
  private final RuleCounts counts;
  private final Drops drops;
  private final Map<Shared, Treatment> shared = new HashMap<>();

  /** By what the treatments of all flows that are treated alike are found. */
  private record Shared(int place, boolean made, boolean known, int likeness, long kind) {
    static Shared of(Flow flow, long kind) {
      return new Shared(flow.place, flow.made, flow.tracked != null, flow.likeness, kind);
    }
  }

  Treatments(Network network, Session session, Traffic traffic, RuleCounts counts, Drops drops) {
    this.network = network;
    this.session = session;
    this.traffic = traffic;
    this.counts = counts;
    this.drops = drops;
  }

  /** Whether a packet comes to this machine by the model, as nothing is recorded there. */
  boolean goesOn(Link.End end) {
    boolean captured =
        network.machine(end.machine()).map(machine -> !machine.isExternal()).orElse(false);
    return captured && !traffic.isRecorded(end.machine(), end.device());
  }

  /** The flow's own treatment of a kind, or that of flows like it; null if there is none. */
  Treatment of(Flow flow, long kind, Packet packet, int used) {
    Treatment own = flow.treatment(kind);
    Treatment other = own != null || flow.likeness < 0 ? null : shared.get(Shared.of(flow, kind));
    if (other == null) {
      return own;
    }
    if (other.end != Treatment.End.DROPPED) {
      own = other.of(null);
    } else {
      FlowKey key = FlowKey.of(flow.coming(packet, used));
      own = drops.groupLike(other.drop, key).map(other::of).orElse(null);
    }
    if (own != null) {
      flow.add(own);
    }
    return own;
  }

  /** Keeps that a packet of which no connection is known was dropped, and came untranslated. */
  void learnDrop(Flow stranger, Seen seen, List<Passage> passages) {
    Passage own = passages.get(0);
    boolean translated =
        own.journey().steps().stream().anyMatch(step -> step instanceof Step.Translated);
    if (!translated && Drops.stop(own.journey()).isPresent()) {
      keep(stranger, Treatment.kindOf(seen.packet()), seen, passages);
    }
  }

  /** How packets like this one begin connections, and are treated; null where rules are asked. */
  Treatment ofFirst(Flow stranger, Packet packet) {
    return stranger.likeness < 0
        ? null
        : shared.get(Shared.of(stranger, Treatment.kindOf(packet)));
  }

  /**
   * Keeps how a packet began a connection.
   *
   * @param stranger its flow without the connection
   * @param begun its flow now
   */
  void learnFirst(Flow stranger, Flow begun, Seen seen, List<Passage> passages) {
    if (stranger.likeness < 0) {
      return;
    }
    Optional<Beginning> beginning = session.beginning(seen.machine(), seen.packet());
    Optional<Treatment> treatment =
        beginning.isEmpty()
            ? Optional.empty()
            : treatment(begun, Treatment.kindOf(seen.packet()), seen, passages);
    treatment
        .filter(own -> own.end != Treatment.End.DROPPED)
        .ifPresent(
            own -> {
              own.beginning = beginning.get();
              keep(stranger, own);
            });
  }

  /** Keeps what was done with a packet, if the next one of its kind will be treated alike. */
  void learn(Flow flow, long kind, Seen here, List<Passage> passages) {
    if (flow.treatment(kind) == null) {
      keep(flow, kind, here, passages);
    }
  }

  private void keep(Flow flow, long kind, Seen here, List<Passage> passages) {
    treatment(flow, kind, here, passages).ifPresent(own -> keep(flow, own));
  }

  /** What was done with a packet; empty if the next one of its kind may be treated otherwise. */
  private Optional<Treatment> treatment(
      Flow flow, long kind, Seen here, List<Passage> passages) {
    Passage own = passages.get(0);
    Packet packet = here.packet();
    boolean whole = own.counts().stream().allMatch(count -> count.bytes() == packet.length());
    if (passages.size() != 1 || session.hasDoubts() || !whole) {
      return Optional.empty();
    }
    RuleCounts.Bundle bundle = counts.bundle(own);
    Optional<Stop> stop = Drops.stop(own.journey());
    if (stop.isPresent()) {
      return flow.made
          ? Optional.empty()
          : drops
              .group(own.journey(), stop.get(), here.nanos())
              .map(group -> Treatment.dropped(kind, bundle, group));
    }
    if (own.journey().end() instanceof End.Delivered && own.sent().isEmpty()) {
      return Optional.of(Treatment.delivered(kind, bundle));
    }
    if (own.sent().size() != 1) {
      return Optional.empty();
    }
    Passage.Sent sent = own.sent().get(0);
    List<Link.End> next = sent.receivers().stream().filter(this::goesOn).toList();
    boolean asForetold = sent.packet().equals(flow.leaving(packet, 0));
    if (next.size() > 1 || !asForetold) {
      return Optional.empty();
    }
    return Optional.of(
        Treatment.left(
            kind,
            bundle,
            Treatment.mostBytes(network.machine(flow.machine).orElseThrow(), own.journey(), sent),
            sent.device(),
            traffic.isRecorded(flow.machine, sent.device()),
            next.stream().findFirst()));
  }

  private void keep(Flow flow, Treatment treatment) {
    flow.add(treatment);
    if (flow.likeness >= 0 && shared.size() < MOST_SHARED) {
      shared.put(Shared.of(flow, treatment.kind), treatment);
    }
  }
}
