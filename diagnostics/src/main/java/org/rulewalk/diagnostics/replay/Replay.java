package org.rulewalk.diagnostics.replay;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Follower;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/**
 * Sends recorded packets through the machines of a capture, one after another.
 *
 * <p>What comes in goes through the model. What leaves is the truth: it fulfils a prediction, or
 * the machine made it, or it came in where nothing is recorded. Where a link has no recording at
 * its far end, the packet goes on by itself.
 *
 * <p>Where a machine's rules are steady (see {@code kernel.Steadiness}), the treatment of a packet
 * of a known connection is applied to the next ones of its kind without asking rules again;
 * connection tracking follows each packet all the same. Not thread-safe.
 */
public final class Replay implements Closeable {
  private static final int MOST_MACHINES = 16;
  private final Network network;
  private final Session session;
  private final Traffic traffic;
  private final RuleCounts counts = new RuleCounts();
  private final Totals totals = new Totals();
  private final Expected expected = new Expected();
  private final Bursts bursts = new Bursts();
  private final Courses courses;
  private final Places places;
  private final Batch batch;
  private boolean fast = true;

  /** Where a packet was seen to leave whose origin is looked for; null if there is none. */
  private Place awaitedAt;

  /** Where it is tracked. */
  private Direction awaited = Direction.NONE;

  private final Drops drops;
  private final Treatments treatments;
  private final Disagreements disagreements = new Disagreements();
  private final Set<String> noted = new HashSet<>();
  private final Set<String> assumptions = new LinkedHashSet<>();
  private BiConsumer<Seen, Optional<Stop>> fates = (seen, stop) -> {};
  private Consumer<Seen> dropped = seen -> {};
  private BiConsumer<Seen, Optional<Stop>> makings = (seen, stop) -> {};

  /**
   * A replay of this traffic.
   *
   * @param stop says that the rest of the traffic is not wanted
   */
  public Replay(Network network, Session session, Traffic traffic, BooleanSupplier stop) {
    this.network = network;
    this.session = session;
    this.traffic = traffic;
    this.drops = new Drops(network);
    this.places = traffic.places();
    this.batch = new Batch(new ReadAhead(traffic, stop));
    this.treatments = new Treatments(network, session, traffic, counts, drops);
    this.courses = new Courses(treatments);
  }

  /** Makes every packet meet the rules, also where its treatment is known from one before. */
  public void askAlways() {
    fast = false;
  }

  /** Hears of each recorded packet that came in what became of it on that machine. */
  void onFate(BiConsumer<Seen, Optional<Stop>> listener) {
    fates = listener;
    fast = false;
  }

  /** Hears of each packet that is dropped, as it came to the machine that drops it. */
  public void onDrop(Consumer<Seen> listener) {
    dropped = listener;
    fast = false;
  }

  /** Hears of each packet that a machine made, as it was before any translation. */
  void onMade(BiConsumer<Seen, Optional<Stop>> listener) {
    makings = listener;
    fast = false;
  }

  /**
   * Takes the next packet.
   *
   * @return false at the end
   */
  public boolean step() throws IOException {
    Sight next = batch.next();
    if (next == null) {
      return false;
    }
    take(next);
    return true;
  }

  private void take(Sight sight) {
    totals.packets++;
    totals.bytes += sight.length();
    totals.first = Math.min(totals.first, sight.nanos);
    totals.last = Math.max(totals.last, sight.nanos);
    session.setTime(sight.nanos);
    if (!expected.isEmpty()) {
      expected.overdue(sight.nanos - Expected.PATIENCE_NANOS).forEach(this::unseen);
    }
    if (sight.leaving) {
      totals.left++;
      left(sight);
    } else {
      totals.arrived++;
      arrive(sight, 0);
    }
  }

  /** Ends it: what is still expected will not be seen. */
  public void finish() {
    batch.close();
    for (Expected.Prediction open : expected.overdue(Long.MAX_VALUE)) {
      if (open.seen().nanos() >= totals.last - Expected.PATIENCE_NANOS / 4) {
        totals.unjudged++;
      } else {
        unseen(open);
      }
    }
    counts.settle();
  }

  /** Stops reading. */
  @Override
  public void close() {
    batch.close();
  }

  private void unseen(Expected.Prediction open) {
    boolean answer = open.held().isPresent();
    FlowKey flow = FlowKey.of(open.sent().packet());
    disagreements.add(
        answer ? Disagreements.Kind.ANSWER_NOT_SEEN : Disagreements.Kind.NOT_SEEN,
        open.sent().device(),
        flow,
        open.seen(),
        open.machine(),
        Optional.empty());
  }

  private boolean mayBeKnown(Sight sight) {
    return fast && sight.plain && sight.place.steady;
  }

  // ---- packets that come in

  private void arrive(Seen seen, int hops) {
    Sight sight = new Sight();
    sight.other(places.of(seen.machine(), seen.device()), seen);
    arrive(sight, hops);
  }

  private void arrive(Sight sight, int hops) {
    if (!mayBeKnown(sight)) {
      Seen seen = sight.seen();
      concludeArrival(
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
    concludeArrival(seen, passages, hops);
  }

  /** Whether a packet that would begin a connection is dropped, as one like it was before. */
  private boolean isDroppedAsBefore(Treatment known, Sight sight) {
    Treatment own = known.end == Treatment.End.DROPPED ? treatments.ofGroup(known, sight) : null;
    if (own == null) {
      return false;
    }
    own.bundle.add(sight.length(), sight.nanos);
    own.drop.add(sight.length(), sight.nanos);
    totals.dropped++;
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

  private void concludeArrival(Seen seen, List<Passage> passages, int hops) {
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    if (hops == 0) {
      fates.accept(seen, stop);
    }
    if (stop.isPresent()) {
      totals.dropped++;
      dropped.accept(seen);
      drops.add(own.journey(), stop.get(), seen.nanos());
    } else if (own.journey().end() instanceof End.Delivered) {
      totals.delivered++;
    } else if (own.journey().end() instanceof End.Left) {
      totals.forwarded++;
    } else {
      totals.waiting++;
    }
    follow(seen, passages, hops);
  }

  /** Counts, and does what is to be done about packets that leave. */
  private void follow(Seen seen, List<Passage> passages, int hops) {
    for (Passage passage : passages) {
      boolean held =
          passage.answer()
              && passage.sent().stream()
                  .anyMatch(sent -> traffic.isRecorded(seen.machine(), sent.device()));
      if (!held) {
        counts.add(passage, seen.nanos());
        totals.answers += passage.answer() ? 1 : 0;
      }
      expect(seen, passage, held ? Optional.of(passage) : Optional.empty(), hops);
    }
  }

  private void expect(Seen seen, Passage passage, Optional<Passage> held, int hops) {
    boolean translated = passage.journey().steps().stream().anyMatch(Replay::isSource);
    for (Passage.Sent sent : passage.sent()) {
      if (traffic.isRecorded(seen.machine(), sent.device())) {
        long signature = Signature.of(sent.packet());
        expected.add(
            new Expected.Prediction(seen.machine(), sent, seen, held, signature), translated);
      }
      if (held.isEmpty()) {
        carryOn(seen, sent, hops);
      }
    }
  }

  private static boolean isSource(Step step) {
    return step instanceof Step.Translated && ((Step.Translated) step).source();
  }

  /** Lets a packet come to the next machine, unless the recording there tells. */
  private void carryOn(Seen seen, Passage.Sent sent, int hops) {
    for (Link.End end : sent.receivers()) {
      if (treatments.goesOn(end) && hops < MOST_MACHINES) {
        totals.carriedOn++;
        boolean group = sent.receivers().size() > 1;
        arrive(at(seen, end.machine(), end.device(), false, sent.packet(), group), hops + 1);
      }
    }
  }

  private Seen at(
      Seen seen, String machine, String device, boolean leaving, Packet packet, boolean group) {
    return new Seen(
        machine,
        device,
        leaving,
        group,
        packet,
        seen.plain() && packet.ttl() > 1 && !group,
        seen.nanos(),
        seen.file(),
        seen.number());
  }

  // ---- packets whose flow is known

  /**
   * Takes a packet of a known connection.
   *
   * @param kind what following it told
   * @param sight the packet as it was where the course was found, {@code used} hops before
   */
  private void pass(
      Course course, Direction direction, long kind, Sight sight, int used, int hops) {
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
    return at(seen, place.machine, place.device, course.made, packet, seen.group());
  }

  /** The connection was over: the packet may begin a new one. */
  private void begin(Course course, Direction direction, Sight sight, int used, int hops) {
    Seen here = where(course, direction, sight, used);
    if (course.made) {
      make(sight.seen(), here, hops);
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
      concludeMaking(sight.seen(), here, passages, hops);
    } else {
      List<Passage> passages =
          session.arrive(machine, here.device(), here.packet(), here.group(), followed);
      treatments.learn(course, direction, kind, here, passages);
      concludeArrival(here, passages, hops);
    }
  }

  private void apply(
      Course course, Direction direction, Treatment treatment, Sight sight, int used, int hops) {
    int length = sight.length();
    totals.own += course.made ? 1 : 0;
    if (course.made && hops == 0 && bursts.joins(sight.seen())) {
      totals.joined++;
    } else {
      treatment.bundle.add(length, sight.nanos);
      if (course.made && hops == 0) {
        bursts.begin(sight.seen(), treatment.bundle::lengthen);
      }
    }
    switch (treatment.end) {
      case DELIVERED:
        totals.delivered++;
        return;
      case DROPPED:
        totals.dropped++;
        treatment.drop.add(length, sight.nanos);
        return;
      default:
        totals.forwarded += course.made ? 0 : 1;
        leave(course, direction, treatment, sight, used, hops);
    }
  }

  private void leave(
      Course course, Direction direction, Treatment treatment, Sight sight, int used, int hops) {
    if (treatment.leavesRecorded && !isAwaited(direction, treatment)) {
      foretell(course, direction, treatment, sight, used);
    }
    Place place = treatment.next;
    if (place == null || hops >= MOST_MACHINES) {
      return;
    }
    totals.carriedOn++;
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
    arrive(at(sight.seen(), place.machine, place.device, false, packet, false), hops + 1);
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
    expected.add(
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

  // ---- packets that leave

  private void left(Sight sight) {
    if (!expected.isEmpty() && fulfils(sight.seen())) {
      return;
    }
    Direction answers =
        mayBeKnown(sight) ? sight.place.follower.direction(sight.lookup) : Direction.NONE;
    Course course = courses.leaving(answers, sight.place);
    if (course == null || course.start != null && !course.place.follower.isAlive(course.start)) {
      origin(sight.seen(), sight.seen(), 0);
      return;
    }
    totals.inferred += course.inferred;
    long differed = disagreements.packets();
    awaitedAt = sight.place;
    awaited = answers.opposite();
    Direction direction = course.start == null ? awaited : course.start;
    long kind =
        course.start == null
            ? course.place.follower.followAnswered(answers, sight.raw)
            : course.place.follower.follow(course.start, sight.raw);
    pass(course, direction, kind, sight, -course.ttlAhead, course.inferred);
    boolean found = awaitedAt == null || expected.fulfilled(sight.seen()).isPresent();
    awaitedAt = null;
    if (found) {
      totals.agreed++;
    } else if (disagreements.packets() == differed) {
      answers.setNote(true, 0);
      disagree(Disagreements.Kind.NOT_PREDICTED, sight.seen(), Optional.empty());
    }
  }

  /** Whether it is a packet that should be seen to leave. */
  private boolean fulfils(Seen seen) {
    Optional<Expected.Prediction> prediction = expected.fulfilled(seen);
    if (prediction.isEmpty()) {
      prediction = expected.fulfilledLoosely(seen);
      if (prediction.isPresent()
          && session.learn(seen.machine(), prediction.get().sent().packet(), seen.packet())) {
        totals.learnt++;
        courses.forget();
      }
    }
    if (prediction.isPresent()) {
      totals.agreed++;
      count(seen, prediction.get());
      return true;
    }
    Optional<Expected.Prediction> elsewhere = expected.elsewhere(seen, otherDevices(seen));
    elsewhere.ifPresent(
        other -> {
          count(seen, other);
          disagree(Disagreements.Kind.OTHER_INTERFACE, seen, Optional.empty());
        });
    return elsewhere.isPresent();
  }

  /** An answer of the kernel counts when it is seen. */
  private void count(Seen seen, Expected.Prediction prediction) {
    if (prediction.held().isPresent()) {
      totals.answers++;
      counts.add(prediction.held().get(), seen.nanos());
      carryOn(seen, prediction.sent(), 0);
    }
  }

  private List<String> otherDevices(Seen seen) {
    return network.machine(seen.machine()).orElseThrow().interfaces().stream()
        .map(Interface::name)
        .filter(name -> !name.equals(seen.device()))
        .filter(name -> traffic.isRecorded(seen.machine(), name))
        .toList();
  }

  private void disagree(Disagreements.Kind kind, Seen seen, Optional<Cause> cause) {
    disagreements.add(kind, seen.device(), FlowKey.of(seen.packet()), seen, seen.machine(), cause);
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
            && !traffic.isRecorded(seen.machine(), device.get());
    if (!unseen || hops >= MOST_MACHINES) {
      disagree(Disagreements.Kind.NOT_PREDICTED, goal, Optional.empty());
      return;
    }
    Packet arriving = packet.edit().ttl(Math.min(255, packet.ttl() + 1)).toPacket();
    totals.inferred++;
    Optional<Link.End> far =
        network.peers(new Link.End(seen.machine(), device.get())).stream()
            .filter(treatments::goesOn)
            .findFirst();
    if (far.isPresent()) {
      origin(
          goal, at(seen, far.get().machine(), far.get().device(), true, arriving, false), hops + 1);
    } else {
      cameIn(goal, at(seen, seen.machine(), device.get(), false, arriving, false), hops + 1);
    }
  }

  /** It came in at an interface without a recording. */
  private void cameIn(Seen goal, Seen seen, int hops) {
    arrive(seen, hops);
    remember(goal, seen, false, hops);
    foundOrNot(goal);
  }

  private void foundOrNot(Seen goal) {
    if (expected.fulfilled(goal).isPresent()) {
      totals.agreed++;
    } else {
      disagree(Disagreements.Kind.NOT_PREDICTED, goal, Optional.empty());
    }
  }

  /** The next packet like the recorded one will begin there as well. */
  private void remember(Seen goal, Seen start, boolean made, int hops) {
    Sight sight = new Sight();
    sight.other(places.of(goal.machine(), goal.device()), goal);
    Place begin = places.of(start.machine(), start.device());
    Direction answers =
        mayBeKnown(sight) && begin.steady
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
    Seen start = at(seen, seen.machine(), seen.device(), true, packet, false);
    boolean predicted = make(goal, start, hops);
    remember(goal, start, true, hops);
    if (hops > 0) {
      foundOrNot(goal);
    } else if (!predicted) {
      return;
    } else if (expected.fulfilled(goal).or(() -> expected.fulfilledLoosely(goal)).isPresent()) {
      totals.agreed++;
    } else {
      disagree(Disagreements.Kind.OTHER_INTERFACE, goal, Optional.empty());
    }
  }

  /** Whether it gets out, by the model; if not, it is a disagreement. */
  private boolean make(Seen recorded, Seen start, int hops) {
    List<Passage> passages = session.send(start.machine(), start.packet(), start.device());
    return concludeMaking(recorded, start, passages, hops);
  }

  private boolean concludeMaking(Seen recorded, Seen start, List<Passage> passages, int hops) {
    totals.own++;
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    makings.accept(start, stop);
    if (hops == 0 && bursts.joins(recorded)) {
      totals.joined++;
      expect(start, own, Optional.empty(), hops);
    } else {
      bursts.begin(recorded, more -> counts.lengthen(own, more));
      follow(start, passages, hops);
    }
    if (stop.isPresent()) {
      disagree(Disagreements.Kind.SEEN_BUT_DROPPED, start, Drops.cause(network, own.journey()));
    }
    return stop.isEmpty();
  }

  /** What leaves with this machine's own address may have come in where nothing is recorded. */
  private void noteMasquerade(Seen seen) {
    if (!noted.add(seen.machine())) {
      return;
    }
    Machine machine = network.machine(seen.machine()).orElseThrow();
    boolean forwards = machine.settings().flag("net.ipv4.ip_forward", false);
    if (!forwards) {
      return;
    }
    for (Interface each : machine.interfaces()) {
      boolean blind =
          each.type() != Interface.TYPE_LOOPBACK
              && each.up()
              && !traffic.isRecorded(machine.name(), each.name());
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

  /** The machines. */
  public Network network() {
    return network;
  }

  /** What rules counted. */
  public RuleCounts counts() {
    return counts;
  }

  /** Numbers of packets. */
  public Totals totals() {
    return totals;
  }

  /** What was stopped. */
  public Drops drops() {
    return drops;
  }

  /** Where recording and model differ. */
  public Disagreements disagreements() {
    return disagreements;
  }

  /** What was taken for granted. */
  public Set<String> assumptions() {
    return assumptions;
  }
}
