package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.forwarding.PortForward;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;

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
  private final ServiceFailure journals;
  private Optional<Asking.Seen> furthest = Optional.empty();

  private Investigation(Network original, Question question, Evidence evidence) {
    this.original = original;
    this.evidence = evidence;
    this.journals = new ServiceFailure(evidence);
    this.network = AssumedSockets.apply(original);
    this.question = question;
    this.asking = new Asking(question);
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
    return new Investigation(network, question, evidence).answer();
  }

  /** Follows doubts as likely, passes over what was found before, and keeps nearest misses. */
  private static final class Watching implements Choices {
    private final Set<StepKey> waived;
    private final Map<StepKey, Nearest> nearest = new HashMap<>();

    Watching(Set<StepKey> waived) {
      this.waived = waived;
    }

    @Override
    public boolean decide(String machine, Doubt doubt) {
      return doubt.likely();
    }

    @Override
    public boolean waives(String machine, Step step) {
      return waived.contains(StepKey.of(machine, step));
    }

    @Override
    public void deciding(String machine, Step step, PacketContext context) {
      NearestMiss.find(step, context)
          .ifPresent(found -> nearest.putIfAbsent(StepKey.of(machine, step), found));
    }
  }

  private Answer answer() {
    Asking.Seen seen = asking.ask(network, Choices.LIKELY);
    List<Cause> causes = seen.isSuccess() ? List.of() : journals.explained(causes());
    List<Answer.Assumed> assumptions =
        new Assumptions(original, network, question, asking).of(seen, causes);
    ServiceFailure.assumed(causes).ifPresent(assumptions::add);
    boolean decides = assumptions.stream().anyMatch(Answer.Assumed::decides);
    Answer.Verdict verdict =
        decides
            ? Answer.Verdict.UNDECIDED
            : seen.isSuccess() ? Answer.Verdict.REACHABLE : Answer.Verdict.BLOCKED;
    // commands against something that may not be so help nobody
    Cure.Found cure =
        decides || causes.isEmpty()
            ? new Cure.Found(List.of(), List.of(), List.of())
            : new Cure(question, asking, journals).find(network);
    return new Answer(
        question,
        verdict,
        seen.result(),
        seen.source(),
        ends(furthest.orElse(seen)),
        causes,
        seen.trace(),
        network,
        cure.fixes(),
        isCured(cure.fixes()),
        new Answer.Open(cure.open(), cure.afterwards()),
        assumptions,
        new Dom0Notices(evidence, question).of(seen, causes),
        insights(seen, causes));
  }

  private Insights insights(Asking.Seen seen, List<Cause> causes) {
    Optional<String> end = ends(furthest.orElse(seen)).map(Answer.Ends::machine);
    return new Insights(
        PortForward.of(original, question, seen.source(), end),
        Between.of(original, question, seen.source()),
        Counters.of(original, seen.trace(), causes));
  }

  private boolean isCured(List<Fix> fixes) {
    Network changed = network;
    for (Fix fix : fixes) {
      changed = fix.change().apply(changed);
    }
    return !fixes.isEmpty() && asking.ask(changed, Choices.LIKELY).isSuccess();
  }

  /** All causes; {@code furthest} becomes what was seen with as many as possible thought away. */
  private List<Cause> causes() {
    List<Cause> found = new ArrayList<>();
    Set<StepKey> waived = new HashSet<>();
    Network pretended = network;
    for (int round = 0; round < MOST_CAUSES; round++) {
      Watching watching = new Watching(waived);
      Asking.Seen seen = asking.ask(pretended, watching);
      furthest = Optional.of(seen);
      Optional<Cause> next =
          seen.isSuccess() ? Optional.empty() : new Causes(pretended, seen.trace()).first();
      if (next.isEmpty()) {
        return found;
      }
      Cause cause = next.get();
      Optional<StepKey> key = cause.step().map(step -> StepKey.of(cause.machine(), step));
      if (key.isEmpty() && found.stream().anyMatch(known -> Cure.isSame(known, cause))) {
        return found;
      }
      found.add(cause.withNearest(key.flatMap(k -> Optional.ofNullable(watching.nearest.get(k)))));
      if (key.isPresent()) {
        if (!waived.add(key.get())) {
          return found;
        }
        continue;
      }
      Optional<Network> without = without(pretended, seen, cause, waived);
      if (without.isEmpty()) {
        return found;
      }
      pretended = without.get();
    }
    return found;
  }

  /** The network with the cause mended, or at least thought away, if either can be. */
  private Optional<Network> without(
      Network pretended, Asking.Seen seen, Cause cause, Set<StepKey> waived) {
    return new FixWriter(pretended, question, seen.trace())
        .candidates(cause).stream()
            .limit(MOST_MENDINGS)
            .map(fix -> fix.change().apply(pretended))
            .filter(mended -> isGone(cause, mended, waived))
            .findFirst()
            .or(() -> Pretending.without(cause, pretended));
  }

  private boolean isGone(Cause cause, Network mended, Set<StepKey> waived) {
    Asking.Seen seen = asking.ask(mended, new Watching(waived));
    return seen.isSuccess()
        || new Causes(mended, seen.trace())
            .first()
            .map(next -> !Cure.isSame(cause, next))
            .orElse(false);
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
