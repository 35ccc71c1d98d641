package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.Source;

/**
 * One thing that stops the packet or its answer.
 *
 * @param request whether it stops the packet that was asked about, and not the answer to it
 * @param journey the way through the machine where it ended
 * @param step the rule or policy that decided; empty for other kinds
 * @param source the place in the capture that says so, if one does
 * @param nearest the rule that would have let it pass but for little
 * @param elsewhere a socket that listens, but not there
 * @param journal the message of the machine's journal that tells why its rules are as they are
 * @param dom0 the rule of dom0 that the deciding one was made from
 * @param insight what is behind it, where rules and routes do not name it
 */
public record Cause(
    CauseKind kind,
    boolean request,
    Journey journey,
    End end,
    Optional<Step> step,
    Optional<Source> source,
    Optional<Nearest> nearest,
    Optional<Listener> elsewhere,
    Optional<Source> journal,
    Optional<Behind> dom0,
    Optional<Insight> insight) {
  /** A cause of which no journal tells. */
  Cause(
      CauseKind kind,
      boolean request,
      Journey journey,
      End end,
      Optional<Step> step,
      Optional<Source> source,
      Optional<Nearest> nearest,
      Optional<Listener> elsewhere) {
    this(
        kind,
        request,
        journey,
        end,
        step,
        source,
        nearest,
        elsewhere,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The machine where it happens. */
  public String machine() {
    return journey.machine();
  }

  /** Why the packet went no further; empty where it did, or where a rule decided. */
  public Optional<Stop> stop() {
    return end instanceof End.Stopped ? Optional.of(((End.Stopped) end).stop()) : Optional.empty();
  }

  /** Whether a rule drops the packet because PedOS did not give its sender that address. */
  public boolean isOfWrongSender() {
    return step.filter(Step.OfRule.class::isInstance)
        .map(Step.OfRule.class::cast)
        .map(of -> PeoplesChain.isAntiSpoofing(of.table(), of.chain(), of.rule()))
        .orElse(false);
  }

  Cause withNearest(Optional<Nearest> found) {
    return new Cause(
        kind, request, journey, end, step, source, found, elsewhere, journal, dom0, insight);
  }

  Cause as(CauseKind other) {
    return new Cause(
        other, request, journey, end, step, source, nearest, elsewhere, journal, dom0, insight);
  }

  /** The same of an answer. */
  Cause ofAnswer() {
    return new Cause(
        kind, false, journey, end, step, source, nearest, elsewhere, journal, dom0, insight);
  }

  Cause told(CauseKind other, Source message) {
    return new Cause(
        other,
        request,
        journey,
        end,
        step,
        source,
        nearest,
        elsewhere,
        Optional.of(message),
        dom0,
        insight);
  }

  Cause from(Optional<Behind> rule) {
    return new Cause(
        kind, request, journey, end, step, source, nearest, elsewhere, journal, rule, insight);
  }

  /** The same, known for what it is; at another place where the insight is about one. */
  Cause known(CauseKind other, Insight what, Journey where, Optional<Source> shownBy) {
    return new Cause(
        other,
        request,
        where,
        where.end(),
        where.equals(journey) ? step : Optional.empty(),
        shownBy.filter(Source::isKnown).or(() -> source),
        Optional.empty(),
        elsewhere,
        journal,
        dom0,
        Optional.of(what));
  }
}
