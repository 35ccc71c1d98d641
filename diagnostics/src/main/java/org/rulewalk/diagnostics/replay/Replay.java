package org.rulewalk.diagnostics.replay;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Stop;

/**
 * Sends recorded packets through the machines of a capture, one after another.
 *
 * <p>What comes in goes through the model ({@link KnownFlows}, {@link Walks}). What leaves is the
 * truth ({@link Departures}). Where a link has no recording at its far end, the packet goes on by
 * itself. Not thread-safe.
 */
public final class Replay implements Closeable {
  private final Session session;
  private final Batch batch;
  private final Findings findings;
  private final KnownFlows known;
  private final Departures departures;

  /**
   * A replay of this traffic.
   *
   * @param stop says that the rest of the traffic is not wanted
   */
  public Replay(Network network, Session session, Traffic traffic, BooleanSupplier stop) {
    this.session = session;
    this.batch = new Batch(new ReadAhead(traffic, stop));
    this.findings = new Findings(network, traffic);
    Treatments treatments =
        new Treatments(network, session, traffic, findings.counts, findings.drops);
    Courses courses = new Courses(treatments);
    Places places = traffic.places();
    this.known = new KnownFlows(findings, session, places, treatments, courses);
    this.departures = new Departures(findings, session, places, treatments, courses, known);
  }

  /** Makes every packet meet the rules, also where its treatment is known from one before. */
  public void askAlways() {
    known.askAlways();
  }

  /** Hears of each recorded packet that came in what became of it on that machine. */
  void onFate(BiConsumer<Seen, Optional<Stop>> listener) {
    findings.onFate(listener);
    known.askAlways();
  }

  /** Hears of each packet that is dropped, as it came to the machine that drops it. */
  public void onDrop(Consumer<Seen> listener) {
    findings.onDrop(listener);
    known.askAlways();
  }

  /** Hears of each packet that a machine made, as it was before any translation. */
  void onMade(BiConsumer<Seen, Optional<Stop>> listener) {
    findings.onMade(listener);
    known.askAlways();
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
    findings.totals.packets++;
    findings.totals.bytes += sight.length();
    findings.totals.first = Math.min(findings.totals.first, sight.nanos);
    findings.totals.last = Math.max(findings.totals.last, sight.nanos);
    session.setTime(sight.nanos);
    if (!findings.expected.isEmpty()) {
      findings.expected.overdue(sight.nanos - Expected.PATIENCE_NANOS).forEach(this::unseen);
    }
    if (sight.leaving) {
      findings.totals.left++;
      departures.left(sight);
    } else {
      findings.totals.arrived++;
      known.arrive(sight, 0);
    }
  }

  /** Ends it: what is still expected will not be seen. */
  public void finish() {
    batch.close();
    for (Expected.Prediction open : findings.expected.overdue(Long.MAX_VALUE)) {
      if (open.seen().nanos() >= findings.totals.last - Expected.PATIENCE_NANOS / 4) {
        findings.totals.unjudged++;
      } else {
        unseen(open);
      }
    }
    findings.counts.settle();
  }

  /** Stops reading. */
  @Override
  public void close() {
    batch.close();
  }

  private void unseen(Expected.Prediction open) {
    boolean answer = open.held().isPresent();
    FlowKey flow = FlowKey.of(open.sent().packet());
    findings.disagreements.add(
        answer ? Disagreements.Kind.ANSWER_NOT_SEEN : Disagreements.Kind.NOT_SEEN,
        open.sent().device(),
        flow,
        open.seen(),
        open.machine(),
        Optional.empty());
  }

  /** The machines. */
  public Network network() {
    return findings.network;
  }

  /** What rules counted. */
  public RuleCounts counts() {
    return findings.counts;
  }

  /** Numbers of packets. */
  public Totals totals() {
    return findings.totals;
  }

  /** What was stopped. */
  public Drops drops() {
    return findings.drops;
  }

  /** Where recording and model differ. */
  public Disagreements disagreements() {
    return findings.disagreements;
  }

  /** What was taken for granted. */
  public Set<String> assumptions() {
    return departures.assumptions();
  }
}
