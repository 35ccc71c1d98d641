package org.rulewalk.diagnostics.replay;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/**
 * Packets about which rules were asked: what became of them is counted, what should leave is
 * expected, and what comes to another machine goes on there.
 */
final class Walks {
  /** At so many machines, packets are taken to go in circles. */
  static final int MOST_MACHINES = 16;

  private final Findings findings;
  private final Session session;
  private final Treatments treatments;
  private final Onward onward;

  /** Takes packets that come to the next machine. */
  interface Onward {
    /** A packet comes in, so many machines behind the one where it was recorded. */
    void arrive(Seen seen, int hops);
  }

  Walks(Findings findings, Session session, Treatments treatments, Onward onward) {
    this.findings = findings;
    this.session = session;
    this.treatments = treatments;
    this.onward = onward;
  }

  /** Concludes what became of a packet that came in. */
  void arrived(Seen seen, List<Passage> passages, int hops) {
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    if (hops == 0) {
      findings.tellFate(seen, stop);
    }
    if (stop.isPresent()) {
      findings.totals.dropped++;
      findings.tellDropped(seen);
      findings.drops.add(own.journey(), stop.get(), seen.nanos());
    } else if (own.journey().end() instanceof End.Delivered) {
      findings.totals.delivered++;
    } else if (own.journey().end() instanceof End.Left) {
      findings.totals.forwarded++;
    } else {
      findings.totals.waiting++;
    }
    follow(seen, passages, hops);
  }

  /** Counts, and does what is to be done about packets that leave. */
  private void follow(Seen seen, List<Passage> passages, int hops) {
    for (Passage passage : passages) {
      boolean held =
          passage.answer()
              && passage.sent().stream()
                  .anyMatch(sent -> findings.isRecorded(seen.machine(), sent.device()));
      if (!held) {
        findings.counts.add(passage, seen.nanos());
        findings.totals.answers += passage.answer() ? 1 : 0;
      }
      expect(seen, passage, held ? Optional.of(passage) : Optional.empty(), hops);
    }
  }

  private void expect(Seen seen, Passage passage, Optional<Passage> held, int hops) {
    boolean translated = passage.journey().steps().stream().anyMatch(Walks::isSource);
    for (Passage.Sent sent : passage.sent()) {
      if (findings.isRecorded(seen.machine(), sent.device())) {
        long signature = Signature.of(sent.packet());
        findings.expected.add(
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
  void carryOn(Seen seen, Passage.Sent sent, int hops) {
    for (Link.End end : sent.receivers()) {
      if (treatments.goesOn(end) && hops < MOST_MACHINES) {
        findings.totals.carriedOn++;
        boolean group = sent.receivers().size() > 1;
        onward.arrive(seen.at(end.machine(), end.device(), false, sent.packet(), group), hops + 1);
      }
    }
  }

  /** Whether it gets out, by the model; if not, it is a disagreement. */
  boolean make(Seen recorded, Seen start, int hops) {
    List<Passage> passages = session.send(start.machine(), start.packet(), start.device());
    return made(recorded, start, passages, hops);
  }

  /** The same where rules were asked already. */
  boolean made(Seen recorded, Seen start, List<Passage> passages, int hops) {
    findings.totals.own++;
    Passage own = passages.get(0);
    Optional<Stop> stop = Drops.stop(own.journey());
    findings.tellMade(start, stop);
    if (hops == 0 && findings.bursts.joins(recorded)) {
      findings.totals.joined++;
      expect(start, own, Optional.empty(), hops);
    } else {
      findings.bursts.begin(recorded, more -> findings.counts.lengthen(own, more));
      follow(start, passages, hops);
    }
    if (stop.isPresent()) {
      findings.disagree(
          Disagreements.Kind.SEEN_BUT_DROPPED, start, Drops.cause(findings.network, own.journey()));
    }
    return stop.isEmpty();
  }
}
