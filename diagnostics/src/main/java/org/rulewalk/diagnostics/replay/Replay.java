package org.rulewalk.diagnostics.replay;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/**
 * Sends recorded packets through the machines of a capture, one after another.
 *
 * <p>What comes in goes through the model. What leaves is the truth: it fulfils a prediction, or the
 * machine made it, or it came in where nothing is recorded. Where a link has no recording at its far
 * end, the packet goes on by itself. Not thread-safe.
 */
public final class Replay {
  private static final int MOST_MACHINES = 16;

  private final Network network;
  private final Session session;
  private final Traffic traffic;
  private final RuleCounts counts = new RuleCounts();
  private final Totals totals = new Totals();
  private final Expected expected = new Expected();
  private final Bursts bursts = new Bursts();
  private final Drops drops;
  private final Disagreements disagreements = new Disagreements();
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
  }

  /** Hears of each recorded packet that came in what became of it on that machine. */
  void onFate(BiConsumer<Seen, Optional<Stop>> listener) {
    fates = listener;
  }

  /** Hears of each packet that is dropped, as it came to the machine that drops it. */
  public void onDrop(Consumer<Seen> listener) {
    dropped = listener;
  }

  /** Hears of each packet that a machine made, as it was before any translation. */
  void onMade(BiConsumer<Seen, Optional<Stop>> listener) {
    makings = listener;
  }

  /**
   * Takes the next packet.
   *
   * @return false at the end
   */
  public boolean step() throws IOException {
    Optional<Seen> next = traffic.next();
    next.ifPresent(this::take);
    return next.isPresent();
  }

  void take(Seen seen) {
    totals.packets++;
    totals.bytes += seen.packet().length();
    totals.first = Math.min(totals.first, seen.nanos());
    totals.last = Math.max(totals.last, seen.nanos());
    session.setTime(seen.nanos());
    expected.overdue(seen.nanos() - Expected.PATIENCE_NANOS).forEach(this::unseen);
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

  private void arrive(Seen seen, int hops) {
    List<Passage> passages =
        session.arrive(seen.machine(), seen.device(), seen.packet(), seen.group());
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    if (hops == 0) {
      fates.accept(seen, stop);
    }
    judge(own, stop, seen);
    follow(seen, passages, hops);
  }

  private void judge(Passage own, Optional<Stop> stop, Seen seen) {
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
      boolean captured =
          network.machine(end.machine()).map(machine -> !machine.isExternal()).orElse(false);
      if (captured && !traffic.isRecorded(end.machine(), end.device()) && hops < MOST_MACHINES) {
        totals.carriedOn++;
        arrive(
            at(seen, end.machine(), end.device(), false, sent.packet(), sent.receivers().size() > 1),
            hops + 1);
      }
    }
  }

  private static Seen at(
      Seen seen, String machine, String device, boolean leaving, Packet packet, boolean group) {
    return new Seen(
        machine, device, leaving, group, packet, seen.nanos(), seen.file(), seen.number());
  }

  /** A packet was seen to leave. */
  private void left(Seen seen) {
    Optional<Expected.Prediction> prediction = expected.fulfilled(seen);
    if (prediction.isEmpty()) {
      prediction = expected.fulfilledLoosely(seen);
      if (prediction.isPresent()
          && session.learn(
              seen.machine(), prediction.get().sent().packet(), seen.packet())) {
        totals.learnt++;
      }
    }
    if (prediction.isPresent()) {
      agree(seen, prediction.get());
      return;
    }
    List<String> others =
        network.machine(seen.machine()).orElseThrow().interfaces().stream()
            .map(Interface::name)
            .filter(name -> !name.equals(seen.device()))
            .filter(name -> traffic.isRecorded(seen.machine(), name))
            .toList();
    Optional<Expected.Prediction> elsewhere = expected.elsewhere(seen, others);
    if (elsewhere.isPresent()) {
      elsewhere.get().held().ifPresent(passage -> counts.add(passage, seen.nanos()));
      disagree(Disagreements.Kind.OTHER_INTERFACE, seen, Optional.empty());
      return;
    }
    origin(seen, 0);
  }

  private void agree(Seen seen, Expected.Prediction prediction) {
    totals.agreed++;
    if (prediction.held().isPresent()) {
      totals.answers++;
      counts.add(prediction.held().get(), seen.nanos());
      carryOn(seen, prediction.sent(), 0);
    }
  }

  private void disagree(
      Disagreements.Kind kind, Seen seen, Optional<org.rulewalk.diagnostics.why.Cause> cause) {
    disagreements.add(
        kind, seen.device(), FlowKey.of(seen.packet()), seen, seen.machine(), cause);
  }

  /** Finds where a packet that leaves a machine came from, and lets it begin there. */
  private void origin(Seen seen, int hops) {
    Optional<Tuple> before = session.beforeTranslation(seen.machine(), seen.packet());
    Packet packet = before.map(tuple -> rewritten(seen.packet(), tuple)).orElse(seen.packet());
    boolean own =
        session.isLocal(seen.machine(), packet.source())
            || packet.source().isAny()
            || packet.source().isLinkLocal();
    if (own) {
      made(seen, packet, hops);
      return;
    }
    Optional<String> device = session.deviceTowards(seen.machine(), packet.source());
    boolean unseen =
        device.isPresent()
            && !device.get().equals(seen.device())
            && !traffic.isRecorded(seen.machine(), device.get());
    if (!unseen || hops >= MOST_MACHINES) {
      disagree(Disagreements.Kind.NOT_PREDICTED, seen, Optional.empty());
      return;
    }
    cameIn(seen, packet.edit().ttl(Math.min(255, packet.ttl() + 1)).toPacket(), device.get(), hops);
  }

  private void cameIn(Seen seen, Packet packet, String device, int hops) {
    Optional<Link.End> far =
        network.peers(new Link.End(seen.machine(), device)).stream()
            .filter(
                end ->
                    network.machine(end.machine()).map(m -> !m.isExternal()).orElse(false))
            .findFirst();
    totals.inferred++;
    if (far.isPresent() && !traffic.isRecorded(far.get().machine(), far.get().device())) {
      origin(
          at(seen, far.get().machine(), far.get().device(), true, packet, false), hops + 1);
    } else {
      arrive(at(seen, seen.machine(), device, false, packet, false), hops + 1);
    }
    if (hops == 0) {
      if (expected.fulfilled(seen).isPresent()) {
        totals.agreed++;
      } else {
        disagree(Disagreements.Kind.NOT_PREDICTED, seen, Optional.empty());
      }
    }
  }

  /** A machine made the packet itself. */
  private void made(Seen seen, Packet packet, int hops) {
    noteMasquerade(seen);
    List<Passage> passages = session.send(seen.machine(), packet, seen.device());
    totals.own++;
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    makings.accept(at(seen, seen.machine(), seen.device(), true, packet, false), stop);
    Optional<Passage> piece = hops == 0 ? bursts.pieceOf(seen) : Optional.empty();
    if (piece.isPresent()) {
      totals.joined++;
      counts.lengthen(piece.get(), Bursts.dataLength(packet));
      expect(seen, own, Optional.empty(), hops);
    } else {
      bursts.begin(seen, own);
      follow(seen, passages, hops);
    }
    if (hops > 0) {
      return;
    }
    Optional<Expected.Prediction> prediction =
        expected.fulfilled(seen).or(() -> expected.fulfilledLoosely(seen));
    if (prediction.isPresent()) {
      totals.agreed++;
    } else if (stop.isPresent()) {
      disagree(
          Disagreements.Kind.SEEN_BUT_DROPPED, seen, Drops.cause(network, own.journey()));
    } else {
      disagree(Disagreements.Kind.OTHER_INTERFACE, seen, Optional.empty());
    }
  }

  /** What leaves with this machine's own address may have come in where nothing is recorded. */
  private void noteMasquerade(Seen seen) {
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

  /** The packet with the addresses and ports of a tuple. */
  private static Packet rewritten(Packet packet, Tuple tuple) {
    boolean same = Tuple.of(packet).filter(tuple::equals).isPresent();
    if (same) {
      return packet;
    }
    var editor =
        packet.edit().address(true, tuple.source()).address(false, tuple.destination());
    int at = packet.transportOffset();
    if (Protocol.hasPorts(packet.protocol())) {
      editor.put16(at, tuple.sourceKey()).put16(at + 2, tuple.destinationKey());
    } else if (packet.isIcmp()) {
      editor.put16(at + 4, tuple.sourceKey());
    }
    Packet changed = editor.toPacket();
    return Packets.checksumOffset(packet.protocol()) < 0 ? changed : Packets.summedUp(changed);
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
