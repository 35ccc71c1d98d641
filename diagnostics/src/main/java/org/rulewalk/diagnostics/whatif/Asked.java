package org.rulewalk.diagnostics.whatif;

import java.util.List;
import org.rulewalk.diagnostics.why.Answer;

/**
 * A question with its answers.
 *
 * @param otherwise the answers if a script goes another way where the capture does not tell which
 */
public record Asked(Answer before, Answer after, List<Answer> otherwise) {
  /** Keeps a copy. */
  public Asked {
    otherwise = List.copyOf(otherwise);
  }

  /** The verdict afterwards; undecided where it depends on which way a script goes. */
  public Answer.Verdict verdict() {
    boolean same = otherwise.stream().allMatch(other -> other.verdict() == after.verdict());
    return same ? after.verdict() : Answer.Verdict.UNDECIDED;
  }
}
