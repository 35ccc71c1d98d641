package org.rulewalk.diagnostics.replay;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;

/**
 * Packets that were seen to leave, which is the truth: one fulfils a prediction, or the machine
 * made it, or it came in where nothing is recorded. Then it is followed back to its beginning, and
 * goes from there.
 */
final class Departures {
  private final Findings findings;
  private final Session session;
  private final Places places;
  private final Treatments treatments;
  private final Courses courses;
  private final KnownFlows known;
  private final Set<String> noted = new HashSet<>();
  private final Set<String> assumptions = new LinkedHashSet<>();

  Departures(
      Findings findings,
      Session session,
      Places places,
      Treatments treatments,
      Courses courses,
      KnownFlows known) {
    this.findings = findings;
    this.session = session;
    this.places = places;
    this.treatments = treatments;
    this.courses = courses;
    this.known = known;
  }

  /** What was taken for granted. */
  Set<String> assumptions() {
    return assumptions;
  }

  /** Takes a packet that was seen to leave. */
  void left(Sight sight) {
    if (!findings.expected.isEmpty() && fulfils(sight.seen())) {
      return;
    }
    Direction answers =
        known.mayBeKnown(sight) ? sight.place.follower.direction(sight.lookup) : Direction.NONE;
    Course course = courses.leaving(answers, sight.place);
    if (course == null || course.start != null && !course.place.follower.isAlive(course.start)) {
      origin(sight.seen(), sight.seen(), 0);
      return;
    }
    findings.totals.inferred += course.inferred;
    long differed = findings.disagreements.packets();
    known.await(sight.place, answers.opposite());
    Direction direction = course.start == null ? answers.opposite() : course.start;
    long kind =
        course.start == null
            ? course.place.follower.followAnswered(answers, sight.raw)
            : course.place.follower.follow(course.start, sight.raw);
    known.pass(course, direction, kind, sight, -course.ttlAhead, course.inferred);
    boolean found = !known.isMissed() || findings.expected.fulfilled(sight.seen()).isPresent();
    if (found) {
      findings.totals.agreed++;
    } else if (findings.disagreements.packets() == differed) {
      answers.setNote(true, 0);
      findings.disagree(Disagreements.Kind.NOT_PREDICTED, sight.seen(), Optional.empty());
    }
  }

  /** Whether it is a packet that should be seen to leave. */
  private boolean fulfils(Seen seen) {
    Optional<Expected.Prediction> prediction = findings.expected.fulfilled(seen);
    if (prediction.isEmpty()) {
      prediction = findings.expected.fulfilledLoosely(seen);
      if (prediction.isPresent()
          && session.learn(seen.machine(), prediction.get().sent().packet(), seen.packet())) {
        findings.totals.learnt++;
        courses.forget();
      }
    }
    if (prediction.isPresent()) {
      findings.totals.agreed++;
      count(seen, prediction.get());
      return true;
    }
    Optional<Expected.Prediction> elsewhere = findings.expected.elsewhere(seen, otherDevices(seen));
    elsewhere.ifPresent(
        other -> {
          count(seen, other);
          findings.disagree(Disagreements.Kind.OTHER_INTERFACE, seen, Optional.empty());
        });
    return elsewhere.isPresent();
  }

  /** An answer of the kernel counts when it is seen. */
  private void count(Seen seen, Expected.Prediction prediction) {
    if (prediction.held().isPresent()) {
      findings.totals.answers++;
      findings.counts.add(prediction.held().get(), seen.nanos());
      known.walks().carryOn(seen, prediction.sent(), 0);
    }
  }

  private List<String> otherDevices(Seen seen) {
    return findings.network.machine(seen.machine()).orElseThrow().interfaces().stream()
        .map(Interface::name)
        .filter(name -> !name.equals(seen.device()))
        .filter(name -> findings.isRecorded(seen.machine(), name))
        .toList();
  }

  /**
   * Finds where a packet that leaves a machine came from, and lets it begin there.
   *
   * @param goal the packet as it was recorded, {@code hops} machines further on
   */
  private void origin(Seen goal, Seen seen, int hops) {
    Optional<Tuple> before = session.beforeTranslation(seen.machine(), seen.packet());
    Packet packet = before.map(tuple -> Rewriting.to(seen.packet(), tuple)).orElse(seen.packet());
    boolean own =
        session.isLocal(seen.machine(), packet.source())
            || packet.source().isAny()
            || packet.source().isLinkLocal();
    if (own) {
      made(goal, seen, packet, hops);
      return;
    }
    Optional<String> device = session.deviceTowards(seen.machine(), packet.source());
    boolean unseen =
        device.isPresent()
            && !device.get().equals(seen.device())
            && !findings.isRecorded(seen.machine(), device.get());
    if (!unseen || hops >= Walks.MOST_MACHINES) {
      findings.disagree(Disagreements.Kind.NOT_PREDICTED, goal, Optional.empty());
      return;
    }
    Packet arriving = packet.edit().ttl(Math.min(255, packet.ttl() + 1)).toPacket();
    findings.totals.inferred++;
    Optional<Link.End> far =
        findings.network.peers(new Link.End(seen.machine(), device.get())).stream()
            .filter(treatments::goesOn)
            .findFirst();
    if (far.isPresent()) {
      origin(
          goal, seen.at(far.get().machine(), far.get().device(), true, arriving, false), hops + 1);
    } else {
      cameIn(goal, seen.at(seen.machine(), device.get(), false, arriving, false), hops + 1);
    }
  }

  /** It came in at an interface without a recording. */
  private void cameIn(Seen goal, Seen seen, int hops) {
    known.arrive(seen, hops);
    remember(goal, seen, false, hops);
    foundOrNot(goal);
  }

  private void foundOrNot(Seen goal) {
    if (findings.expected.fulfilled(goal).isPresent()) {
      findings.totals.agreed++;
    } else {
      findings.disagree(Disagreements.Kind.NOT_PREDICTED, goal, Optional.empty());
    }
  }

  /** The next packet like the recorded one will begin there as well. */
  private void remember(Seen goal, Seen start, boolean made, int hops) {
    Sight sight = new Sight();
    sight.other(places.of(goal.machine(), goal.device()), goal);
    Place begin = places.of(start.machine(), start.device());
    Direction answers =
        known.mayBeKnown(sight) && begin.steady
            ? sight.place.follower.direction(sight.lookup)
            : Direction.NONE;
    Optional<Direction> direction =
        answers == Direction.NONE
            ? Optional.empty()
            : Tuple.of(start.packet()).flatMap(tuple -> session.tracked(begin.machine, tuple));
    int ahead = start.packet().ttl() - goal.packet().ttl();
    direction.ifPresent(own -> courses.leave(answers, sight.place, own, begin, made, ahead, hops));
  }

  /** A machine made the packet itself. */
  private void made(Seen goal, Seen seen, Packet packet, int hops) {
    if (hops == 0) {
      noteMasquerade(seen);
    }
    Seen start = seen.at(seen.machine(), seen.device(), true, packet, false);
    boolean predicted = known.walks().make(goal, start, hops);
    remember(goal, start, true, hops);
    if (hops > 0) {
      foundOrNot(goal);
    } else if (!predicted) {
      return;
    } else if (findings
        .expected
        .fulfilled(goal)
        .or(() -> findings.expected.fulfilledLoosely(goal))
        .isPresent()) {
      findings.totals.agreed++;
    } else {
      findings.disagree(Disagreements.Kind.OTHER_INTERFACE, goal, Optional.empty());
    }
  }

  /** What leaves with this machine's own address may have come in where nothing is recorded. */
  private void noteMasquerade(Seen seen) {
    if (!noted.add(seen.machine())) {
      return;
    }
    Machine machine = findings.network.machine(seen.machine()).orElseThrow();
    boolean forwards = machine.settings().flag("net.ipv4.ip_forward", false);
    if (!forwards) {
      return;
    }
    for (Interface each : machine.interfaces()) {
      boolean blind =
          each.type() != Interface.TYPE_LOOPBACK
              && each.up()
              && !findings.isRecorded(machine.name(), each.name());
      if (blind) {
        assumptions.add(
            machine.name()
                + ":"
                + each.name()
                + " is not recorded: new connections that leave "
                + machine.name()
                + " with its own address are taken as its own, not as masqueraded");
      }
    }
  }
}
