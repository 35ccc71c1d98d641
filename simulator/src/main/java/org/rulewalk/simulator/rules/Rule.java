package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.value.Source;

/**
 * One rule of a chain.
 *
 * @param number its place in the chain, from 1
 * @param statements matches and actions in order
 * @param handle the kernel's name for it, where the listing tells
 * @param comment a remark, empty if none
 * @param counter packets and bytes it has counted, where the listing tells
 * @param source where it stands, with its text
 * @param alsoAt where the same rule stands in another listing
 */
public record Rule(
    int number,
    List<Statement> statements,
    OptionalLong handle,
    String comment,
    Optional<Chain.Counter> counter,
    Source source,
    Optional<Source> alsoAt) {
  /** Keeps a copy. */
  public Rule {
    statements = List.copyOf(statements);
  }

  /** The same at another place in its chain. */
  public Rule numbered(int place) {
    return new Rule(place, statements, handle, comment, counter, source, alsoAt);
  }
}
