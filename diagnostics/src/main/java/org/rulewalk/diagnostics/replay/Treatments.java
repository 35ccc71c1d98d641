package org.rulewalk.diagnostics.replay;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/**
 * What is known of how packets are treated, for all flows that are treated alike. Says nothing of
 * whether it still holds; {@link Replay} asks only where rules are steady.
 */
final class Treatments {
  private final Network network;
  private final Session session;
  private final Traffic traffic;
  private final RuleCounts counts;
  private final Drops drops;
  private final KnownDrops knownDrops = new KnownDrops();

  /** By place and relation, then by likeness. */
  private final Numbered<Numbered<Kin>> kins = new Numbered<>();

  /** What packets are to the machine. */
  private enum Relation {
    /** They come in, and belong to no connection. */
    STRANGE,
    /** They come in, and belong to one. */
    KNOWN,
    /** The machine made them. */
    MADE
  }

  Treatments(Network network, Session session, Traffic traffic, RuleCounts counts, Drops drops) {
    this.network = network;
    this.session = session;
    this.traffic = traffic;
    this.counts = counts;
    this.drops = drops;
  }

  /** Those that are treated like packets of a connection, which come in or are made. */
  Kin kin(Place place, boolean made, Direction direction) {
    return kin(place, made ? Relation.MADE : Relation.KNOWN, likeness(place, direction));
  }

  /** See {@link Session#likeness}. */
  int likeness(Place place, Direction direction) {
    return session.likeness(place.machine, direction.tuple(), leaving(direction));
  }

  /** Those that are treated like a packet which comes in and is not known. */
  Kin strangers(Place place, PlainPacket packet) {
    return kin(place, Relation.STRANGE, place.follower.likeness(packet));
  }

  private Kin kin(Place place, Relation relation, int likeness) {
    if (likeness < 0) {
      return new Kin();
    }
    int number = place.number * Relation.values().length + relation.ordinal();
    Numbered<Kin> there = kins.get(number);
    if (there == null) {
      there = new Numbered<>();
      kins.put(number, there);
    }
    Kin kin = there.get(likeness);
    if (kin == null) {
      kin = new Kin();
      there.put(likeness, kin);
    }
    return kin;
  }

  /** The tuple with which packets of a direction leave the machine; of plain ones, there is one. */
  static Tuple leaving(Direction direction) {
    return direction.opposite().tuple().inverse().orElseThrow();
  }

  /** Whether a packet comes to this machine by the model, as nothing is recorded there. */
  boolean goesOn(Link.End end) {
    boolean captured =
        network.machine(end.machine()).map(machine -> !machine.isExternal()).orElse(false);
    return captured && !traffic.isRecorded(end.machine(), end.device());
  }

  /** How a packet is dropped as others were, which are counted by flow; null if it is the first. */
  Treatment ofGroup(Treatment dropped, Packet packet) {
    return drops.groupLike(dropped.drop, FlowKey.of(packet)).map(dropped::of).orElse(null);
  }

  /** The same for a packet as it came. */
  Treatment ofGroup(Treatment dropped, Sight sight) {
    Treatment known = knownDrops.find(dropped, sight.raw);
    if (known == null) {
      known = ofGroup(dropped, sight.packet());
      if (known != null) {
        knownDrops.put(dropped, sight.raw, known);
      }
    }
    return known;
  }

  /** Keeps that a packet of which no connection is known was dropped, and came untranslated. */
  void learnDrop(Kin kin, Tuple tuple, Sight sight, List<Passage> passages) {
    Passage own = passages.get(0);
    boolean translated =
        own.journey().steps().stream().anyMatch(step -> step instanceof Step.Translated);
    if (!translated && Drops.stop(own.journey()).isPresent()) {
      treatment(sight.place, false, tuple, Treatment.kindOf(sight.raw), sight.seen(), passages)
          .ifPresent(kin::add);
    }
  }

  /** Keeps how a packet began a connection, whose direction it is now. */
  void learnFirst(Kin kin, Direction begun, Sight sight, List<Passage> passages) {
    Place place = sight.place;
    long kind = Treatment.kindOf(sight.raw);
    session
        .beginning(place.machine, sight.packet())
        .ifPresent(
            how ->
                treatment(place, false, leaving(begun), kind, sight.seen(), passages)
                    .filter(own -> own.end != Treatment.End.DROPPED)
                    .ifPresent(own -> kin.add(own.begin(how))));
  }

  /** Keeps what was done with a packet, if the next one of its kind will be treated alike. */
  void learn(Course course, Direction direction, long kind, Seen here, List<Passage> passages) {
    if (course.kin.find(kind) == null) {
      treatment(course.place, course.made, leaving(direction), kind, here, passages)
          .ifPresent(course.kin::add);
    }
  }

  /** What was done with a packet; empty if the next one of its kind may be treated otherwise. */
  private Optional<Treatment> treatment(
      Place place, boolean made, Tuple leaving, long kind, Seen here, List<Passage> passages) {
    Passage own = passages.get(0);
    Packet packet = here.packet();
    boolean whole = own.counts().stream().allMatch(count -> count.bytes() == packet.length());
    if (passages.size() != 1 || session.hasDoubts() || !whole) {
      return Optional.empty();
    }
    RuleCounts.Bundle bundle = counts.bundle(own);
    Optional<Stop> stop = Drops.stop(own.journey());
    if (stop.isPresent()) {
      return made
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
    boolean asForetold = sent.packet().equals(Rewriting.leaving(packet, leaving, made ? 0 : 1));
    if (next.size() > 1 || !asForetold) {
      return Optional.empty();
    }
    Place exit = traffic.places().of(place.machine, sent.device());
    return Optional.of(
        Treatment.left(
            kind,
            bundle,
            Treatment.mostBytes(network.machine(exit.machine).orElseThrow(), own.journey(), sent),
            exit,
            traffic.isRecorded(exit.machine, exit.device),
            next.stream()
                .findFirst()
                .map(end -> traffic.places().of(end.machine(), end.device()))));
  }
}
