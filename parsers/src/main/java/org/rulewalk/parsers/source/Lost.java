package org.rulewalk.parsers.source;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;

/** What a rule does that its listing did not tell, or that was not understood. */
public final class Lost {
  private static final List<Doubt.Kind> KINDS =
      List.of(Doubt.Kind.LOST_ARGUMENTS, Doubt.Kind.NOT_UNDERSTOOD);

  private Lost() {}

  /** The first thing that the listing leaves out; empty if it tells all. */
  public static Optional<Doubt> arguments(Rule rule) {
    return first(rule.statements()).filter(doubt -> doubt.kind() == Doubt.Kind.LOST_ARGUMENTS);
  }

  /** Why no tool would load the rule as it is; empty if one may. */
  public static Optional<String> reason(Rule rule) {
    Optional<Doubt> doubt = first(rule.statements());
    if (doubt.isPresent()) {
      boolean lost = doubt.get().kind() == Doubt.Kind.LOST_ARGUMENTS;
      return Optional.of(
          (lost ? "the listing does not print all of `" : "not understood when it was read: `")
              + doubt.get().subject()
              + "`");
    }
    return rule.statements().stream()
        .filter(Statement.Note.class::isInstance)
        .map(statement -> ((Statement.Note) statement).text())
        .filter(text -> text.startsWith("xt "))
        .map(text -> "the listing does not print all of `" + text + "`")
        .findFirst();
  }

  private static Optional<Doubt> first(List<? extends Statement> statements) {
    return statements.stream().flatMap(statement -> find(statement).stream()).findFirst();
  }

  private static Optional<Doubt> find(Statement statement) {
    if (statement instanceof Match.Unknown) {
      return lost(((Match.Unknown) statement).doubt());
    }
    if (statement instanceof Statement.Opaque) {
      return lost(((Statement.Opaque) statement).doubt());
    }
    if (statement instanceof Match.AnyOf) {
      return first(((Match.AnyOf) statement).parts());
    }
    return statement instanceof Match.AllOf
        ? first(((Match.AllOf) statement).parts())
        : Optional.empty();
  }

  private static Optional<Doubt> lost(Doubt doubt) {
    return Optional.of(doubt).filter(d -> KINDS.contains(d.kind()));
  }
}
