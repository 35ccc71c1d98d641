package org.rulewalk.diagnostics.replay;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Follower;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.packet.Packet;

/**
 * Packets that come in or are made, by their connections: where a machine's rules are steady (see
 * {@code kernel.Steadiness}), the treatment of a packet of a known connection is applied to the
 * next ones of its kind without asking rules again, and first packets begin their connections as
 * those like them did. Connection tracking follows each packet all the same.
 */
final class KnownFlows {
  private final Findings findings;
  private final Session session;
  private final Places places;
  private final Treatments treatments;
  private final Courses courses;
  private final Walks walks;
  private boolean fast = true;

  /** Where a packet was seen to leave whose origin is looked for; null if there is none. */
  private Place awaitedAt;

  /** Where it is tracked. */
  private Direction awaited = Direction.NONE;

  KnownFlows(
      Findings findings, Session session, Places places, Treatments treatments, Courses courses) {
    this.findings = findings;
    this.session = session;
    this.places = places;
    this.treatments = treatments;
    this.courses = courses;
    this.walks = new Walks(findings, session, treatments, this::arrive);
  }

  /** What asks rules. */
  Walks walks() {
    return walks;
  }

  /** Makes every packet meet the rules. */
  void askAlways() {
    fast = false;
  }

  /** Whether a packet may be treated as one like it was. */
  boolean mayBeKnown(Sight sight) {
    return fast && sight.plain && sight.place.steady;
  }

  /** Waits for a packet that was seen to leave. */
  void await(Place place, Direction direction) {
    awaitedAt = place;
    awaited = direction;
  }

  /** Whether it has not come; it is not waited for any more. */
  boolean isMissed() {
    boolean missed = awaitedAt != null;
    awaitedAt = null;
    return missed;
  }

  /** A packet comes in, so many machines behind the one where it was recorded. */
  void arrive(Seen seen, int hops) {
    Sight sight = new Sight();
    sight.other(places.of(seen.machine(), seen.device()), seen);
    arrive(sight, hops);
  }

  /** The same for one that is looked at where it lies. */
  void arrive(Sight sight, int hops) {
    if (!mayBeKnown(sight)) {
      Seen seen = sight.seen();
      walks.arrived(
          seen, session.arrive(seen.machine(), seen.device(), seen.packet(), seen.group()), hops);
      return;
    }
    Direction direction = sight.place.follower.direction(sight.lookup);
    if (direction == Direction.NONE) {
      arriveFirst(sight, hops);
      return;
    }
    Course known = courses.arriving(direction, sight.place);
    Course course = known == null ? courses.arrive(direction, sight.place) : known;
    long kind = sight.place.follower.follow(direction, sight.raw);
    pass(course, direction, kind, sight, 0, hops);
  }

  /** A packet comes in that belongs to no connection. */
  private void arriveFirst(Sight sight, int hops) {
    Kin strangers = treatments.strangers(sight.place, sight.raw);
    Treatment known = strangers.find(Treatment.kindOf(sight.raw));
    boolean done =
        known != null && (isDroppedAsBefore(known, sight) || beginsAsBefore(known, sight, hops));
    if (!done) {
      ask(strangers, sight, hops);
    }
  }

  /** The same for one that rules have to be asked about. */
  private void ask(Kin strangers, Sight sight, int hops) {
    Seen seen = sight.seen();
    Tuple tuple = Tuple.of(sight.raw);
    String machine = seen.machine();
    List<Passage> passages = session.arrive(machine, seen.device(), seen.packet(), seen.group());
    session
        .tracked(machine, tuple)
        .ifPresentOrElse(
            begun -> treatments.learnFirst(strangers, begun, sight, passages),
            () -> treatments.learnDrop(strangers, tuple, sight, passages));
    walks.arrived(seen, passages, hops);
  }

  /** Whether a packet that would begin a connection is dropped, as one like it was before. */
  private boolean isDroppedAsBefore(Treatment known, Sight sight) {
    Treatment own = known.end == Treatment.End.DROPPED ? treatments.ofGroup(known, sight) : null;
    if (own == null) {
      return false;
    }
    own.bundle.add(sight.length(), sight.nanos);
    own.drop.add(sight.length(), sight.nanos);
    findings.totals.dropped++;
    return true;
  }

  /** Whether a packet begins a connection as one like it did before, and was treated so. */
  private boolean beginsAsBefore(Treatment known, Sight sight, int hops) {
    if (known.beginning == null || sight.length() > known.mostBytes) {
      return false;
    }
    Optional<Direction> begun = known.beginning.begin(Tuple.of(sight.raw), sight.raw);
    if (begun.isEmpty()) {
      return false;
    }
    Course course = courses.arrive(begun.get(), sight.place);
    apply(course, begun.get(), known, sight, 0, hops);
    return true;
  }

  /**
   * Takes a packet of a known connection.
   *
   * @param kind what following it told
   * @param sight the packet as it was where the course was found, {@code used} hops before
   */
  void pass(Course course, Direction direction, long kind, Sight sight, int used, int hops) {
    if (kind == Follower.OVER) {
      begin(course, direction, sight, used, hops);
      return;
    }
    Treatment treatment = course.kin.find(kind);
    if (treatment != null && treatment.end == Treatment.End.DROPPED) {
      treatment = treatments.ofGroup(treatment, where(course, direction, sight, used).packet());
    }
    if (treatment == null || sight.length() > treatment.mostBytes || sight.raw.ttl() - used <= 1) {
      ask(course, direction, kind, sight, used, hops);
    } else {
      apply(course, direction, treatment, sight, used, hops);
    }
  }

  private Seen where(Course course, Direction direction, Sight sight, int used) {
    Seen seen = sight.seen();
    Packet packet = Rewriting.leaving(seen.packet(), direction.tuple(), used);
    Place place = course.place;
    return seen.at(place.machine, place.device, course.made, packet, seen.group());
  }

  /** The connection was over: the packet may begin a new one. */
  private void begin(Course course, Direction direction, Sight sight, int used, int hops) {
    Seen here = where(course, direction, sight, used);
    if (course.made) {
      walks.make(sight.seen(), here, hops);
    } else {
      arrive(here, hops);
    }
  }

  /** A kind of packet that was not treated yet: rules are asked. */
  private void ask(Course course, Direction direction, long kind, Sight sight, int used, int hops) {
    Seen here = where(course, direction, sight, used);
    Optional<Association> followed = Optional.of(Follower.association(direction, kind));
    String machine = here.machine();
    if (course.made) {
      List<Passage> passages = session.send(machine, here.packet(), here.device(), followed);
      treatments.learn(course, direction, kind, here, passages);
      walks.made(sight.seen(), here, passages, hops);
    } else {
      List<Passage> passages =
          session.arrive(machine, here.device(), here.packet(), here.group(), followed);
      treatments.learn(course, direction, kind, here, passages);
      walks.arrived(here, passages, hops);
    }
  }

  private void apply(
      Course course, Direction direction, Treatment treatment, Sight sight, int used, int hops) {
    int length = sight.length();
    findings.totals.own += course.made ? 1 : 0;
    if (course.made && hops == 0 && findings.bursts.joins(sight.seen())) {
      findings.totals.joined++;
    } else {
      treatment.bundle.add(length, sight.nanos);
      if (course.made && hops == 0) {
        findings.bursts.begin(sight.seen(), treatment.bundle::lengthen);
      }
    }
    switch (treatment.end) {
      case DELIVERED:
        findings.totals.delivered++;
        return;
      case DROPPED:
        findings.totals.dropped++;
        treatment.drop.add(length, sight.nanos);
        return;
      default:
        findings.totals.forwarded += course.made ? 0 : 1;
        leave(course, direction, treatment, sight, used, hops);
    }
  }

  private void leave(
      Course course, Direction direction, Treatment treatment, Sight sight, int used, int hops) {
    if (treatment.leavesRecorded && !isAwaited(direction, treatment)) {
      foretell(course, direction, treatment, sight, used);
    }
    Place place = treatment.next;
    if (place == null || hops >= Walks.MOST_MACHINES) {
      return;
    }
    findings.totals.carriedOn++;
    int usedNext = used + (course.made ? 0 : 1);
    Direction there =
        place.steady ? place.follower.arrivingFrom(direction.opposite()) : Direction.NONE;
    Course next = there == Direction.NONE ? null : courses.arriving(there, place);
    if (next != null) {
      long kind = place.follower.follow(there, sight.raw);
      pass(next, there, kind, sight, usedNext, hops + 1);
      return;
    }
    Packet packet = Rewriting.leaving(sight.packet(), Treatments.leaving(direction), usedNext);
    arrive(sight.seen().at(place.machine, place.device, false, packet, false), hops + 1);
  }

  private void foretell(
      Course course, Direction direction, Treatment treatment, Sight sight, int used) {
    int usedNext = used + (course.made ? 0 : 1);
    Tuple tuple = Treatments.leaving(direction);
    Packet packet = Rewriting.leaving(sight.packet(), tuple, usedNext);
    Passage.Sent sent = new Passage.Sent(treatment.exit.device, packet, false, List.of());
    String machine = course.place.machine;
    boolean here = used == 0 && machine.equals(sight.place.machine);
    Seen cause = here ? sight.seen() : where(course, direction, sight, used);
    findings.expected.add(
        new Expected.Prediction(machine, sent, cause, Optional.empty(), Signature.of(packet)),
        !tuple.source().equals(direction.tuple().source()));
  }

  /** Whether this is the packet that was seen to leave, whose origin was looked for. */
  private boolean isAwaited(Direction direction, Treatment treatment) {
    boolean found = awaitedAt == treatment.exit && awaited == direction;
    if (found) {
      awaitedAt = null;
    }
    return found;
  }
}
