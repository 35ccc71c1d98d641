package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.rulewalk.diagnostics.forwarding.PortForward;
import org.rulewalk.diagnostics.insight.Cures;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;

/**
 * Answers a question: runs it, looks what stopped it, pretends that this were gone and looks again,
 * until it gets through or nothing more can be pretended; then follows every doubt the other way.
 */
public final class Investigation {
  private static final int MOST_CAUSES = 12;
  private static final int MOST_MENDINGS = 4;

  private final Network original;
  private final Network network;
  private final Question question;
  private final Asking asking;
  private final Evidence evidence;
  private final Calls calls;
  private final Effects effects;
  private final ServiceFailure journals;
  private final Explaining explaining;
  private Optional<Asking.Seen> furthest = Optional.empty();

  private Investigation(
      Network original, Question question, Evidence evidence, Calls calls, Effects effects) {
    this(
        original,
        AssumedSockets.apply(original),
        question,
        evidence,
        calls,
        effects,
        new Asking(question));
  }

  /**
   * @param original with the VMs that do not run
   * @param network the same with what is assumed of sockets
   */
  Investigation(
      Network original,
      Network network,
      Question question,
      Evidence evidence,
      Calls calls,
      Effects effects,
      Asking asking) {
    this.effects = effects;
    this.evidence = evidence;
    this.calls = calls;
    this.original = original;
    this.network = network;
    this.journals = new ServiceFailure(evidence, network);
    this.explaining = new Explaining(evidence.surroundings(), journals);
    this.question = question;
    this.asking = asking;
  }

  /**
   * The answer to a question about a network.
   *
   * @throws IllegalArgumentException if nobody of the network can ask it
   */
  public static Answer of(Network network, Question question) {
    return of(network, question, Evidence.NONE);
  }

  /**
   * The same, with journals to look into where rules show that something failed.
   *
   * @throws IllegalArgumentException if nobody of the network can ask it
   */
  public static Answer of(Network network, Question question, Evidence evidence) {
    return of(network, question, evidence, Calls.NONE);
  }

  /**
   * The same, with ports that qrexec carries to other VMs.
   *
   * @throws IllegalArgumentException if nobody of the network can ask it
   */
  public static Answer of(Network network, Question question, Evidence evidence, Calls calls) {
    return of(network, question, evidence, calls, Effects.TOLD);
  }

  /**
   * The same, with somebody who tells what the fixes change besides.
   *
   * @throws IllegalArgumentException if nobody of the network can ask it
   */
  public static Answer of(
      Network network, Question question, Evidence evidence, Calls calls, Effects effects) {
    Network original = StoppedVms.in(network, evidence.surroundings());
    return new Investigation(original, question, evidence, calls, effects).answer();
  }

  /** A drop that was found, of the packet or of what is sent because of it. */
  private record Waived(StepKey step, boolean answer) {}

  /** Follows doubts as likely, passes over what was found before, and keeps nearest misses. */
  private static final class Watching implements Choices {
    private final Set<Waived> waived;
    private final Map<StepKey, Nearest> nearest = new HashMap<>();

    Watching(Set<Waived> waived) {
      this.waived = waived;
    }

    @Override
    public boolean decide(String machine, Doubt doubt) {
      return doubt.likely();
    }

    @Override
    public boolean waives(String machine, Step step, boolean answer) {
      return waived.contains(new Waived(StepKey.of(machine, step), answer));
    }

    @Override
    public void deciding(String machine, Step step, PacketContext context) {
      NearestMiss.find(step, context)
          .ifPresent(found -> nearest.putIfAbsent(StepKey.of(machine, step), found));
    }
  }

  /** What was seen, and what it means, before anything is done about it. */
  private record Found(
      Asking.Seen seen,
      List<Cause> causes,
      List<Answer.Assumed> assumptions,
      Optional<Cause> refused,
      Optional<BoundPort> bound,
      Answer.Verdict verdict) {}

  private Found found(int mostCauses) {
    Watching watching = new Watching(Set.of());
    Asking.Seen seen = asking.ask(network, watching);
    List<Cause> causes = seen.isSuccess() ? List.of() : causes(seen, watching, mostCauses);
    List<Answer.Assumed> assumptions =
        new Assumptions(original, network, question, asking).of(seen, causes);
    ServiceFailure.assumed(causes).ifPresent(assumptions::add);
    assumptions.addAll(journals.open(causes));
    furthest.ifPresent(
        far ->
            assumptions.addAll(
                new Assumptions(original, network, question, asking).later(far, seen)));
    new MissingEvidence(original, network, question, asking)
        .of(seen, causes).stream()
            .filter(each -> assumptions.stream().noneMatch(other -> saysAsMuch(other, each)))
            .forEach(assumptions::add);
    Optional<BoundPort> bound = seen.isSuccess() ? BoundPort.of(seen, calls) : Optional.empty();
    bound.map(BoundPort::missing).ifPresent(assumptions::addAll);
    Optional<Cause> refused = bound.flatMap(BoundPort::cause);
    boolean decides = assumptions.stream().anyMatch(Answer.Assumed::decides);
    Answer.Verdict verdict =
        decides
            ? Answer.Verdict.UNDECIDED
            : seen.isSuccess() && refused.isEmpty()
                ? Answer.Verdict.REACHABLE
                : Answer.Verdict.BLOCKED;
    return new Found(seen, causes, assumptions, refused, bound, verdict);
  }

  /** The answer without what would help, and with the first cause alone. */
  Answer verdict() {
    Found found = found(1);
    Asking.Seen seen = found.seen();
    return new Answer(
        question,
        found.verdict(),
        found.refused().isPresent() ? ConnectResult.NO_ANSWER : seen.result(),
        seen.source(),
        ends(seen),
        found.refused().map(List::of).orElse(found.causes()),
        seen.trace(),
        network,
        List.of(),
        Effects.Besides.NONE,
        false,
        new Answer.Open(List.of(), List.of()),
        found.assumptions(),
        List.of(),
        Besides.NONE);
  }

  private Answer answer() {
    Found found = found(MOST_CAUSES);
    Asking.Seen seen = found.seen();
    List<Cause> causes = found.causes();
    List<Answer.Assumed> assumptions = found.assumptions();
    Optional<BoundPort> bound = found.bound();
    Optional<Cause> refused = found.refused();
    Answer.Verdict verdict = found.verdict();
    boolean decides = verdict == Answer.Verdict.UNDECIDED;
    // commands against something that may not be so help nobody
    Cure.Found cure =
        decides || causes.isEmpty()
            ? new Cure.Found(List.of(), List.of(), List.of())
            : new Cure(question, asking, explaining).find(network);
    List<Fix> fixes = cure.fixes().isEmpty() && !decides ? unproven(causes) : cure.fixes();
    List<Fix> helpers =
        decides ? List.of() : DataConnection.fixes(network, question, causes, asking);
    fixes = helpers.isEmpty() ? fixes : helpers;
    if (refused.isPresent() && !decides) {
      fixes = bound.flatMap(BoundPort::fix).stream().toList();
    }
    List<Notice> all = notices(seen, causes);
    StartScriptNotices scripts = new StartScriptNotices(evidence, network, asking);
    scripts.look(causes);
    assumptions.addAll(scripts.assumed());
    all.addAll(scripts.notices(fixes));
    if (!fixes.isEmpty()) {
      all.addAll(new Deliberate(network, fixes, mended(fixes)).of(causes));
    }
    causes = refused.map(List::of).orElse(causes);
    return new Answer(
        question,
        verdict,
        refused.isPresent() ? ConnectResult.NO_ANSWER : seen.result(),
        seen.source(),
        ends(furthest.orElse(seen)),
        causes,
        seen.trace(),
        network,
        fixes,
        fixes.isEmpty() ? Effects.Besides.NONE : effects.of(network, with(fixes), question, fixes),
        isCured(fixes, causes),
        new Answer.Open(cure.open(), cure.afterwards()),
        assumptions,
        all,
        besides(seen, causes));
  }

  private List<Notice> notices(Asking.Seen seen, List<Cause> causes) {
    List<Notice> all = new ArrayList<>(new Notices(network, question).of(seen, causes));
    all.addAll(new Dom0Notices(evidence, question).of(seen, causes));
    return all;
  }

  private Besides besides(Asking.Seen seen, List<Cause> causes) {
    Optional<String> end = ends(furthest.orElse(seen)).map(Answer.Ends::machine);
    return new Besides(
        PortForward.of(original, question, seen.source(), end),
        Between.of(original, question, seen.source()),
        Counters.of(original, seen.trace(), causes));
  }

  private static boolean saysAsMuch(Answer.Assumed other, Answer.Assumed each) {
    return other.missing().equals(each.missing()) && (other.decides() || !each.decides());
  }

  /** Commands whose effect depends on what the capture does not tell. */
  private List<Fix> unproven(List<Cause> causes) {
    return causes.stream()
        .filter(cause -> cause.insight().map(Insight::isLast).orElse(false))
        .filter(cause -> cause.insight().flatMap(Cures::of).isEmpty())
        .flatMap(cause -> InsightFix.candidates(cause, network, List.of()).stream())
        .toList();
  }

  private Network with(List<Fix> fixes) {
    Network changed = network;
    for (Fix fix : fixes) {
      changed = fix.change().apply(changed);
    }
    return changed;
  }

  private Trace mended(List<Fix> fixes) {
    return asking.ask(with(fixes), Choices.LIKELY).trace();
  }

  private boolean isCured(List<Fix> fixes, List<Cause> causes) {
    // rules and services of a VM that was not captured may be in the way as well
    boolean unknown =
        causes.stream()
            .flatMap(cause -> cause.insight().stream())
            .filter(Insight.NotRunning.class::isInstance)
            .map(what -> original.machine(((Insight.NotRunning) what).vm()))
            .anyMatch(vm -> vm.map(StoppedVms::isOnlyListed).orElse(true));
    if (unknown) {
      return false;
    }
    Network changed = with(fixes);
    return !fixes.isEmpty()
        && (asking.ask(changed, Choices.LIKELY).isSuccess()
            || DataConnection.passesAnnounced(changed, question, asking));
  }

  /** All causes; {@code furthest} becomes what was seen with as many as possible thought away. */
  private List<Cause> causes(Asking.Seen first, Watching atFirst, int most) {
    List<Cause> found = new ArrayList<>();
    Set<Waived> waived = new HashSet<>();
    Network pretended = network;
    for (int round = 0; round < MOST_CAUSES; round++) {
      Watching watching = round == 0 ? atFirst : new Watching(waived);
      Asking.Seen seen = round == 0 ? first : asking.ask(pretended, watching);
      furthest = Optional.of(seen);
      Optional<Cause> next = seen.isSuccess() ? Optional.empty() : next(pretended, seen, found);
      if (next.isEmpty()) {
        return found;
      }
      Cause cause =
          explaining.explained(
              next.get(), pretended, seen.trace(), other -> firstIn(other, waived));
      if (isEnd(cause, found)) {
        return found;
      }
      if (found.size() + 1 == most) {
        Optional<Nearest> nearest =
            cause.step().map(step -> watching.nearest.get(StepKey.of(cause.machine(), step)));
        found.add(cause.withNearest(nearest));
        return found;
      }
      Optional<UnaryOperator<Network>> cure = cause.insight().flatMap(Cures::of);
      if (cure.isPresent()) {
        found.add(cause);
        pretended = cure.get().apply(pretended);
        continue;
      }
      Optional<StepKey> key = cause.step().map(step -> StepKey.of(cause.machine(), step));
      if (key.isEmpty() && found.stream().anyMatch(known -> Cure.isSame(known, cause))) {
        return found;
      }
      found.add(cause.withNearest(key.flatMap(k -> Optional.ofNullable(watching.nearest.get(k)))));
      if (cause.insight().map(Insight::isLast).orElse(false)) {
        return found;
      }
      Optional<RoutingSplit> split = RoutingSplit.behind(cause, pretended, asking);
      if (split.isPresent()) {
        pretended = split.get().applied(pretended);
        continue;
      }
      if (key.isPresent()) {
        boolean answer = !seen.trace().isRequest(cause.journey());
        if (!waived.add(new Waived(key.get(), answer))) {
          return found;
        }
        continue;
      }
      Optional<Network> without =
          cause.kind() == CauseKind.MTU && seen.large()
              ? Optional.of(pretended)
              : without(pretended, seen, cause, waived);
      if (without.isEmpty()) {
        return found;
      }
      pretended = without.get();
    }
    return found;
  }

  /**
   * The next cause; a packet that is too large counts once, then whatever loses the error on it.
   */
  private static Optional<Cause> next(Network network, Asking.Seen seen, List<Cause> found) {
    Optional<Cause> first = new Causes(network, seen.trace()).first();
    boolean tooLarge = first.filter(cause -> cause.kind() == CauseKind.MTU).isPresent();
    boolean known = found.stream().anyMatch(cause -> cause.kind() == CauseKind.MTU);
    if (seen.large() && tooLarge && !known) {
      return seen.back() ? first.map(Cause::ofAnswer) : first;
    }
    Optional<Cause> next = Causes.first(network, seen);
    return known && next.filter(cause -> cause.kind() == CauseKind.MTU).isPresent() && seen.large()
        ? Optional.empty()
        : next;
  }

  /** What was thought away does not come again, but where it can't be thought away. */
  private static boolean isEnd(Cause cause, List<Cause> found) {
    return cause.insight().isPresent()
        && found.stream().anyMatch(other -> other.insight().equals(cause.insight()));
  }

  private Optional<Cause> firstIn(Network other, Set<Waived> waived) {
    Asking.Seen seen = asking.ask(other, new Watching(waived));
    return seen.isSuccess() ? Optional.empty() : Causes.first(other, seen);
  }

  /** The network with the cause mended, or at least thought away, if either can be. */
  private Optional<Network> without(
      Network pretended, Asking.Seen seen, Cause cause, Set<Waived> waived) {
    return new FixWriter(pretended, question, seen.trace(), Set.of())
        .candidates(cause).stream()
            .limit(MOST_MENDINGS)
            .map(fix -> fix.change().apply(pretended))
            .filter(mended -> isGone(cause, mended, waived))
            .findFirst()
            .or(() -> Pretending.without(cause, pretended));
  }

  private boolean isGone(Cause cause, Network mended, Set<Waived> waived) {
    Asking.Seen seen = asking.ask(mended, new Watching(waived));
    return seen.isSuccess()
        || Causes.first(mended, seen).map(next -> !Cure.isSame(cause, next)).orElse(false);
  }

  private Optional<Answer.Ends> ends(Asking.Seen seen) {
    List<Journey> path = seen.trace().requestPath();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Packet last = path.get(path.size() - 1).last();
    Optional<String> holder =
        network.holders(last.destination()).stream().findFirst().map(Machine::name);
    return holder.map(name -> new Answer.Ends(name, last.destination(), last.destinationPort()));
  }
}
