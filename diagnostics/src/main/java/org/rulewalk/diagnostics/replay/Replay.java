package org.rulewalk.diagnostics.replay;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.kernel.Tracked;
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
public final class Replay {
  private static final int MOST_MACHINES = 16;

  /** So many packets are read before the first of them is taken. */
  private static final int BATCH = 32;

  private final Network network;
  private final Session session;
  private final Traffic traffic;
  private final RuleCounts counts = new RuleCounts();
  private final Totals totals = new Totals();
  private final Expected expected = new Expected();
  private final Bursts bursts = new Bursts();
  private final FlowTable flows = new FlowTable();
  private final Places places;
  private final Map<String, Boolean> steady = new HashMap<>();
  private final Seen[] batch = new Seen[BATCH];
  private final Flow[] coming = new Flow[BATCH];
  private int batchSize;
  private int batchAt;
  private long touched;
  private boolean fast = true;
  private Optional<Seen> awaited = Optional.empty();
  private final Drops drops;
  private final Treatments treatments;
  private final Disagreements disagreements = new Disagreements();
  private final Set<String> noted = new HashSet<>();
  private final Set<String> assumptions = new LinkedHashSet<>();
  private BiConsumer<Seen, Optional<Stop>> fates = (seen, stop) -> {};
  private Consumer<Seen> dropped = seen -> {};
  private BiConsumer<Seen, Optional<Stop>> makings = (seen, stop) -> {};

  /** A replay of this traffic. */
  public Replay(Network network, Session session, Traffic traffic) {
    this.network = network;
    this.session = session;
    this.traffic = traffic;
    this.drops = new Drops(network);
    this.places = traffic.places();
    this.treatments = new Treatments(network, session, traffic, counts, drops);
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
    if (batchAt == batchSize) {
      readBatch();
    }
    if (batchAt == batchSize) {
      return false;
    }
    take(batch[batchAt++]);
    return true;
  }

  /**
   * Reads some packets, and touches what their flows will need: waiting for main memory is most of
   * what a packet of a known connection costs, and independent reads wait together.
   */
  private void readBatch() throws IOException {
    batchAt = 0;
    batchSize = 0;
    while (batchSize < BATCH) {
      Optional<Seen> next = traffic.next();
      if (next.isEmpty()) {
        break;
      }
      batch[batchSize++] = next.get();
    }
    for (int i = 0; i < batchSize; i++) {
      Seen seen = batch[i];
      Packet packet = seen.packet();
      coming[i] =
          seen.plain()
              ? flows.peek(
                  FlowTable.addresses(packet),
                  FlowTable.ports(packet),
                  seen.place(),
                  seen.leaving())
              : null;
    }
    for (int i = 0; i < batchSize; i++) {
      touched += coming[i] == null ? 0 : coming[i].touch();
    }
  }

  void take(Seen seen) {
    totals.packets++;
    totals.bytes += seen.packet().length();
    totals.first = Math.min(totals.first, seen.nanos());
    totals.last = Math.max(totals.last, seen.nanos());
    session.setTime(seen.nanos());
    for (Expected.Prediction open : expected.overdue(seen.nanos() - Expected.PATIENCE_NANOS)) {
      unseen(open);
    }
    if (seen.leaving()) {
      totals.left++;
      left(seen);
    } else {
      totals.arrived++;
      arrive(seen, 0);
    }
  }

  /** Ends it: what is still expected will not be seen. */
  public void finish() {
    for (Expected.Prediction open : expected.overdue(Long.MAX_VALUE)) {
      if (open.seen().nanos() >= totals.last - Expected.PATIENCE_NANOS / 4) {
        totals.unjudged++;
      } else {
        unseen(open);
      }
    }
    counts.settle();
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

  private boolean isSteady(String machine) {
    return steady.computeIfAbsent(machine, session::isSteady);
  }

  private boolean mayBeKnown(Seen seen) {
    return fast && seen.plain() && isSteady(seen.machine());
  }

  // ---- packets that come in

  private void arrive(Seen seen, int hops) {
    if (!mayBeKnown(seen)) {
      concludeArrival(
          seen, session.arrive(seen.machine(), seen.device(), seen.packet(), seen.group()), hops);
      return;
    }
    Packet packet = seen.packet();
    Flow flow =
        flows.find(FlowTable.addresses(packet), FlowTable.ports(packet), seen.place(), false);
    if (flow != null) {
      pass(flow, seen, 0, hops);
      return;
    }
    Optional<Flow> tracked = tracked(seen);
    if (tracked.isPresent()) {
      put(seen, tracked.get());
      pass(tracked.get(), seen, 0, hops);
      return;
    }
    Optional<Flow> stranger = stranger(seen);
    if (stranger.isPresent()
        && (isDroppedAsBefore(stranger.get(), seen)
            || beginsAsBefore(stranger.get(), seen, hops))) {
      return;
    }
    List<Passage> passages = session.arrive(seen.machine(), seen.device(), packet, seen.group());
    Optional<Flow> begun = tracked(seen);
    stranger.ifPresent(
        unknown -> {
          treatments.learnDrop(unknown, seen, passages);
          begun.ifPresent(known -> treatments.learnFirst(unknown, known, seen, passages));
        });
    begun.ifPresent(known -> put(seen, known));
    concludeArrival(seen, passages, hops);
  }

  /** Whether a packet begins a connection as one like it did before, and was treated so. */
  private boolean beginsAsBefore(Flow stranger, Seen seen, int hops) {
    Treatment known = treatments.ofFirst(stranger, seen.packet());
    if (known == null || known.beginning == null || seen.packet().length() > known.mostBytes) {
      return false;
    }
    Optional<Tracked> tracked = known.beginning.begin(seen.packet());
    if (tracked.isEmpty()) {
      return false;
    }
    Tracked own = tracked.get();
    Flow flow = flow(seen, false, own, own.tuple(), own.leavingTuple().orElseThrow(), 0, 0);
    put(seen, flow);
    apply(flow, known.of(null), seen, 0, hops);
    return true;
  }

  /** The flow of a packet that comes in, if its connection is known. */
  private Optional<Flow> tracked(Seen seen) {
    Optional<Tracked> tracked = session.tracked(seen.machine(), seen.packet());
    return tracked
        .flatMap(Tracked::leavingTuple)
        .map(out -> flow(seen, false, tracked.get(), tracked.get().tuple(), out, 0, 0));
  }

  /** The flow of a packet whose connection is not known. */
  private Optional<Flow> stranger(Seen seen) {
    return Tuple.of(seen.packet()).map(tuple -> flow(seen, false, null, tuple, tuple, 0, 0));
  }

  private Flow flow(
      Seen at, boolean made, Tracked tracked, Tuple coming, Tuple out, int ahead, int inferred) {
    int likeness = session.likeness(at.machine(), coming, out);
    return new Flow(at, made, tracked, coming, out, ahead, inferred, likeness);
  }

  /** Whether a packet that would begin a connection is dropped, as one like it was before. */
  private boolean isDroppedAsBefore(Flow stranger, Seen seen) {
    Treatment known = treatments.of(stranger, Treatment.kindOf(seen.packet()), seen.packet(), 0);
    if (known == null || known.end != Treatment.End.DROPPED) {
      return false;
    }
    known.bundle.add(seen.packet().length(), seen.nanos());
    known.drop.add(seen.packet().length(), seen.nanos());
    totals.dropped++;
    return true;
  }

  private void put(Seen seen, Flow flow) {
    Packet packet = seen.packet();
    flows.put(
        FlowTable.addresses(packet), FlowTable.ports(packet), seen.place(), seen.leaving(), flow);
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
        places.of(machine, device),
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
   * Takes a packet of a known flow.
   *
   * @param seen with the packet as it was where the flow was found, {@code used} hops before
   */
  private void pass(Flow flow, Seen seen, int used, int hops) {
    Packet packet = seen.packet();
    long kind = flow.tracked.follow(packet);
    if (kind == Tracked.OVER) {
      flow.forget();
      begin(flow, seen, used, hops);
      return;
    }
    Treatment treatment = treatments.of(flow, kind, packet, used);
    if (treatment == null || packet.length() > treatment.mostBytes || packet.ttl() - used <= 1) {
      ask(flow, kind, seen, used, hops);
    } else {
      apply(flow, treatment, seen, used, hops);
    }
  }

  private Seen where(Flow flow, Seen seen, int used) {
    return at(
        seen, flow.machine, flow.device, flow.made, flow.coming(seen.packet(), used), seen.group());
  }

  /** The connection was over: the packet may begin a new one. */
  private void begin(Flow flow, Seen seen, int used, int hops) {
    Seen here = where(flow, seen, used);
    if (flow.made) {
      make(seen, here, hops);
    } else {
      arrive(here, hops);
    }
  }

  /** A kind of packet that was not treated yet: rules are asked. */
  private void ask(Flow flow, long kind, Seen seen, int used, int hops) {
    Seen here = where(flow, seen, used);
    Optional<Tracked> tracked = Optional.of(flow.tracked);
    List<Passage> passages;
    if (flow.made) {
      passages = session.send(flow.machine, here.packet(), flow.device, tracked);
      treatments.learn(flow, kind, here, passages);
      concludeMaking(seen, here, passages, hops);
    } else {
      passages = session.arrive(flow.machine, flow.device, here.packet(), here.group(), tracked);
      treatments.learn(flow, kind, here, passages);
      concludeArrival(here, passages, hops);
    }
  }

  private void apply(Flow flow, Treatment treatment, Seen seen, int used, int hops) {
    int length = seen.packet().length();
    if (flow.made && hops == 0) {
      totals.own++;
      if (bursts.joins(seen)) {
        totals.joined++;
      } else {
        treatment.bundle.add(length, seen.nanos());
        bursts.begin(seen, treatment.bundle::lengthen);
      }
    } else {
      treatment.bundle.add(length, seen.nanos());
      totals.own += flow.made ? 1 : 0;
    }
    switch (treatment.end) {
      case DELIVERED:
        totals.delivered++;
        return;
      case DROPPED:
        totals.dropped++;
        treatment.drop.add(length, seen.nanos());
        return;
      default:
        totals.forwarded += flow.made ? 0 : 1;
        leave(flow, treatment, seen, used, hops);
    }
  }

  private void leave(Flow flow, Treatment treatment, Seen seen, int used, int hops) {
    if (treatment.leavesRecorded && !isAwaited(flow, treatment)) {
      Packet packet = flow.leaving(seen.packet(), used);
      Passage.Sent sent = new Passage.Sent(treatment.leavesBy, packet, false, List.of());
      Seen cause =
          used == 0 && flow.machine.equals(seen.machine()) ? seen : where(flow, seen, used);
      expected.add(
          new Expected.Prediction(
              flow.machine, sent, cause, Optional.empty(), Signature.of(packet)),
          !flow.leaving.source().equals(flow.tuple.source()));
    }
    if (treatment.nextMachine.isEmpty() || hops >= MOST_MACHINES) {
      return;
    }
    totals.carriedOn++;
    int usedNext = used + (flow.made ? 0 : 1);
    if (treatment.next != null && !treatment.next.isGone()) {
      pass(treatment.next, seen, usedNext, hops + 1);
      return;
    }
    Packet packet = flow.leaving(seen.packet(), used);
    Seen there = at(seen, treatment.nextMachine, treatment.nextDevice, false, packet, false);
    arrive(there, hops + 1);
    treatment.next =
        mayBeKnown(there)
            ? flows.find(FlowTable.addresses(packet), FlowTable.ports(packet), there.place(), false)
            : null;
  }

  /** Whether this is the packet that was seen to leave, whose origin was looked for. */
  private boolean isAwaited(Flow flow, Treatment treatment) {
    boolean found =
        awaited.isPresent()
            && awaited.get().machine().equals(flow.machine)
            && awaited.get().device().equals(treatment.leavesBy)
            && flow.leavingAddresses == FlowTable.addresses(awaited.get().packet())
            && flow.leavingPorts == FlowTable.ports(awaited.get().packet());
    if (found) {
      awaited = Optional.empty();
    }
    return found;
  }

  // ---- packets that leave

  private void left(Seen seen) {
    if (fulfils(seen)) {
      return;
    }
    Packet packet = seen.packet();
    Flow flow =
        mayBeKnown(seen)
            ? flows.find(FlowTable.addresses(packet), FlowTable.ports(packet), seen.place(), true)
            : null;
    if (flow == null) {
      origin(seen, seen, 0);
      return;
    }
    totals.inferred += flow.inferred;
    long differed = disagreements.packets();
    awaited = Optional.of(seen);
    pass(flow, seen, -flow.ttlAhead, flow.inferred);
    boolean found = awaited.isEmpty() || expected.fulfilled(seen).isPresent();
    awaited = Optional.empty();
    if (found) {
      totals.agreed++;
    } else if (disagreements.packets() == differed) {
      flow.forget();
      disagree(Disagreements.Kind.NOT_PREDICTED, seen, Optional.empty());
    }
  }

  /** Whether it is a packet that should be seen to leave. */
  private boolean fulfils(Seen seen) {
    if (expected.isEmpty()) {
      return false;
    }
    Optional<Expected.Prediction> prediction = expected.fulfilled(seen);
    if (prediction.isEmpty()) {
      prediction = expected.fulfilledLoosely(seen);
      if (prediction.isPresent()
          && session.learn(seen.machine(), prediction.get().sent().packet(), seen.packet())) {
        totals.learnt++;
        flows.clear();
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
    if (!mayBeKnown(goal) || !isSteady(start.machine())) {
      return;
    }
    Optional<Tracked> tracked = session.tracked(start.machine(), start.packet());
    int ahead = start.packet().ttl() - goal.packet().ttl();
    tracked
        .flatMap(Tracked::leavingTuple)
        .map(out -> flow(start, made, tracked.get(), tracked.get().tuple(), out, ahead, hops))
        .ifPresent(flow -> put(goal, flow));
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
