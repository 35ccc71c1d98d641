package org.rulewalk.diagnostics.reach;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.parsers.expect.Expectation;

/**
 * Whether an expectation holds.
 *
 * @param packets those that are treated otherwise, or of which it is not known; none where it holds
 * @param example one of them, with its answer; empty where it holds
 * @param open why it can't be told, where it can't
 */
public record Checked(
    Expectation expectation,
    Result result,
    Packets packets,
    Optional<Answer> example,
    List<String> open) {
  /** Keeps a copy. */
  public Checked {
    open = List.copyOf(open);
  }

  /** The three answers. */
  public enum Result {
    HELD,
    BROKEN,
    UNDECIDED
  }
}
