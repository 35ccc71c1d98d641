package org.rulewalk.diagnostics.text;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Nearest;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;

/**
 * What stands before what: chains of other tables at the same hook, and rules of the same chain.
 */
public final class OrderWords {
  private OrderWords() {}

  /**
   * A cause's sentence, with what let the packet pass before, and the right rule too far behind.
   */
  public static String withOrder(Cause cause) {
    String before = acceptedBefore(cause).map(words -> " " + words).orElse("");
    String behind =
        cause
            .nearest()
            .filter(near -> near.differs().isEmpty())
            .map(near -> " " + nearest(cause, near))
            .orElse("");
    String sentence = CauseWords.sentence(cause);
    String end = (before + behind).isEmpty() || sentence.endsWith(".") ? "" : ".";
    return sentence + end + before + behind;
  }

  /** The rules of other tables at the same hook that had accepted the packet, in their order. */
  public static Optional<String> acceptedBefore(Cause cause) {
    Optional<Step> decided = cause.step();
    if (decided.isEmpty()) {
      return Optional.empty();
    }
    List<Step> steps = cause.journey().steps();
    int end = lastIndex(steps, decided.get());
    List<Step.OfRule> accepts =
        steps.subList(0, end < 0 ? steps.size() : end).stream()
            .filter(Step.OfRule.class::isInstance)
            .map(Step.OfRule.class::cast)
            .filter(step -> step.verdict() == Verdict.Simple.ACCEPT)
            .filter(step -> step.hook() == hook(decided.get()))
            .toList();
    if (accepts.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder words = new StringBuilder("Before that, ");
    for (int i = 0; i < accepts.size(); i++) {
      words.append(i > 0 ? " and " : "").append(rule(accepts.get(i)));
    }
    words.append(
        " accepted it. That ended only its own chain: every table at the same hook is asked, in the order of"
            + " priorities, and each may drop");
    Optional<Chain.Priority> own =
        priority(table(decided.get()), chain(decided.get()), hook(decided.get()));
    Step.OfRule last = accepts.get(accepts.size() - 1);
    Optional<Chain.Priority> other = priority(last.table(), last.chain(), last.hook());
    if (own.isPresent() && own.equals(other)) {
      words.append("; that both have the same priority changes nothing");
    } else {
      own.ifPresent(priority -> words.append("; here it is ").append(number(priority)));
    }
    return Optional.of(words.append(".").toString());
  }

  private static int lastIndex(List<Step> steps, Step wanted) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static String rule(Step.OfRule step) {
    String place = step.rule().source().isKnown() ? step.rule().source().toString() : "";
    String priority =
        priority(step.table(), step.chain(), step.hook())
            .map(p -> "priority " + number(p))
            .orElse("");
    String more = priority + (priority.isEmpty() || place.isEmpty() ? "" : ", ") + place;
    return "rule "
        + step.rule().number()
        + " of "
        + step.chain().name()
        + " in "
        + CauseWords.table(step.table())
        + (more.isEmpty() ? "" : " (" + more + ")");
  }

  /** The priority of the base chain that a chain belongs to, where that is plain. */
  private static Optional<Chain.Priority> priority(Table table, Chain chain, Hook hook) {
    List<Chain.Base> bases =
        table.chains().stream()
            .filter(Chain.Base.class::isInstance)
            .map(Chain.Base.class::cast)
            .filter(base -> base.hook() == hook)
            .toList();
    return bases.stream()
        .filter(base -> base.name().equals(chain.name()))
        .findFirst()
        .or(() -> bases.size() == 1 ? Optional.of(bases.get(0)) : Optional.empty())
        .map(Chain.Base::priority);
  }

  private static String number(Chain.Priority priority) {
    String value = Integer.toString(priority.value());
    return priority.text().equals(value) ? value : priority.text() + " (" + value + ")";
  }

  private static Table table(Step step) {
    return ((Step.OfChain) step).table();
  }

  private static Chain chain(Step step) {
    return ((Step.OfChain) step).chain();
  }

  private static Hook hook(Step step) {
    return ((Step.OfChain) step).hook();
  }

  /** The rule that came closest; one that would match says where it would have to stand. */
  public static String nearest(Cause cause, Nearest near) {
    boolean behind =
        near.differs().isEmpty() && cause.step().filter(Step.OfRule.class::isInstance).isPresent();
    if (!behind) {
      return "Closest: " + CauseWords.nearest(near) + ".";
    }
    int taker = ((Step.OfRule) cause.step().orElseThrow()).rule().number();
    return "Rule "
        + near.rule().number()
        + " ("
        + near.rule().source()
        + ") would let it pass, but this packet never gets to it: rule "
        + taker
        + " takes it first. It has to stand at "
        + taker
        + ", before that one.";
  }
}
