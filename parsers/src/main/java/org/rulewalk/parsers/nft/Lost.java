package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;

/** Why nft would not load a rule that a listing shows. */
final class Lost {
  private Lost() {}

  static Optional<String> reason(Rule rule) {
    for (Statement statement : rule.statements()) {
      Optional<String> reason = reason(statement);
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> reason(Statement statement) {
    if (statement instanceof Match.Unknown) {
      return reason(((Match.Unknown) statement).doubt());
    }
    if (statement instanceof Statement.Opaque) {
      return reason(((Statement.Opaque) statement).doubt());
    }
    if (statement instanceof Match.AnyOf) {
      return first(((Match.AnyOf) statement).parts());
    }
    if (statement instanceof Match.AllOf) {
      return first(((Match.AllOf) statement).parts());
    }
    boolean hidden =
        statement instanceof Statement.Note
            && ((Statement.Note) statement).text().startsWith("xt ");
    return hidden
        ? Optional.of("the listing does not print all of " + ((Statement.Note) statement).text())
        : Optional.empty();
  }

  private static Optional<String> first(List<Match> parts) {
    return parts.stream().flatMap(part -> reason(part).stream()).findFirst();
  }

  private static Optional<String> reason(Doubt doubt) {
    switch (doubt.kind()) {
      case LOST_ARGUMENTS:
        return Optional.of("the listing does not print all of " + doubt.subject());
      case NOT_UNDERSTOOD:
        return Optional.of("not understood when it was read: " + doubt.subject());
      default:
        return Optional.empty();
    }
  }
}
