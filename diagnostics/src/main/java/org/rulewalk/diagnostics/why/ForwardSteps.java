package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Source;

/**
 * The steps of a port that is forwarded from outside: each machine on the way translates the packet
 * and lets it pass, the last one lets it in, and something listens there. Taken from the packet's
 * way with all fixes in place: what a rule of the capture does is there, what a fix does is
 * missing.
 */
public final class ForwardSteps {
  private ForwardSteps() {}

  /** What a step is. */
  public enum Kind {
    TRANSLATE,
    PASS,
    LET_IN,
    LISTEN
  }

  /**
   * One step.
   *
   * @param to where it is translated to; empty for other steps
   * @param source the rule or socket that does it
   */
  public record One(
      int number, String machine, Kind kind, boolean present, String to, Optional<Source> source) {}

  /** In their order; nothing for an answer that is not about a forwarded port, or has no fixes. */
  public static List<One> of(Answer answer) {
    Network network = answer.network();
    boolean outside =
        answer
            .question()
            .from()
            .machine()
            .flatMap(network::machine)
            .map(Machine::isExternal)
            .orElse(false);
    if (!outside || !answer.fixesChecked()) {
      return List.of();
    }
    for (Fix fix : answer.fixes()) {
      network = fix.change().apply(network);
    }
    Trace trace = new Asking(answer.question()).ask(network, Choices.LIKELY).trace();
    List<One> steps = new ArrayList<>();
    for (Journey journey : trace.requestPath()) {
      boolean captured = network.machine(journey.machine()).map(m -> !m.isExternal()).orElse(false);
      Optional<Step.Translated> translated = translated(journey);
      if (captured && translated.isPresent()) {
        rule(steps, journey, Kind.TRANSLATE, translated.get().after().destination().toString());
        rule(steps, journey, Kind.PASS, "");
      } else if (captured && journey.isDelivered() && !steps.isEmpty()) {
        rule(steps, journey, Kind.LET_IN, "");
        listens(steps, journey);
      }
    }
    return steps;
  }

  private static Optional<Step.Translated> translated(Journey journey) {
    return journey.steps().stream()
        .filter(Step.Translated.class::isInstance)
        .map(Step.Translated.class::cast)
        .filter(step -> !step.source())
        .findFirst();
  }

  private static void rule(List<One> steps, Journey journey, Kind kind, String to) {
    List<Source> sources =
        journey.steps().stream()
            .filter(Step.OfRule.class::isInstance)
            .map(Step.OfRule.class::cast)
            .filter(step -> fits(step, kind))
            .map(step -> step.rule().source())
            .toList();
    boolean added = sources.stream().anyMatch(source -> !isCaptured(source));
    // of several tables the one that people write to is asked last, or first: any will do as its
    // place
    Optional<Source> last =
        added ? Optional.empty() : sources.stream().reduce((first, second) -> second);
    steps.add(new One(steps.size() + 1, journey.machine(), kind, !added, to, last));
  }

  private static boolean fits(Step.OfRule step, Kind kind) {
    switch (kind) {
      case TRANSLATE:
        return step.hook() == Hook.PREROUTING && isNat(step.rule());
      case PASS:
        return step.hook() == Hook.FORWARD;
      default:
        return step.hook() == Hook.INPUT;
    }
  }

  private static boolean isNat(Rule rule) {
    return rule.statements().stream().anyMatch(Statement.Nat.class::isInstance);
  }

  private static boolean isCaptured(Source source) {
    return source.isKnown() && !source.file().equals("fix");
  }

  private static void listens(List<One> steps, Journey journey) {
    Optional<Source> socket =
        ((End.Delivered) journey.end()).listener().map(l -> l.source()).filter(Source::isKnown);
    steps.add(new One(steps.size() + 1, journey.machine(), Kind.LISTEN, true, "", socket));
  }
}
