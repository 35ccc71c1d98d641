package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.qrexec.PolicyLine;

/**
 * What the policy says to a call.
 *
 * @param line the line that decides, or would if its reason were not; empty if none does
 * @param target the VM that is called in the end; empty where it is refused, or the user chooses
 * @param choices whom the user may choose, where asked
 * @param missing files that would tell, where undecided
 */
public record Ruling(
    Verdict verdict,
    Reason reason,
    Optional<PolicyLine> line,
    Optional<String> target,
    List<String> choices,
    List<String> missing) {
  /** Keeps copies. */
  public Ruling {
    choices = List.copyOf(choices);
    missing = List.copyOf(missing);
  }

  /** Yes, no, the user is asked, or not to be told. */
  public enum Verdict {
    ALLOWED,
    DENIED,
    ASK,
    UNDECIDED
  }

  /** What makes it so. */
  public enum Reason {
    /** A line says it. */
    LINE,
    /** No line is about this call. */
    NO_LINE,
    /** An error in the policy closes everything. */
    ERROR,
    /** The line allows, but neither caller nor line name a VM. */
    NO_TARGET,
    /** The line's {@code target=} names a VM that does not exist. */
    NO_SUCH_TARGET,
    /** The call would come back to the caller. */
    SAME_VM,
    /** The target does not run, and the line forbids to start it. */
    NOT_STARTED,
    /** A disposable is wanted and the caller has no template for one. */
    NO_DISPOSABLE,
    /** The user would be asked, but there is nobody to choose. */
    NO_CHOICE,
    /** Files are missing that may decide. */
    MISSING
  }

  static Ruling of(Verdict verdict, Reason reason, PolicyLine line, String target) {
    return new Ruling(
        verdict, reason, Optional.of(line), Optional.of(target), List.of(), List.of());
  }

  static Ruling denied(Reason reason, Optional<PolicyLine> line) {
    return new Ruling(Verdict.DENIED, reason, line, Optional.empty(), List.of(), List.of());
  }

  static Ruling missing(List<String> files, Optional<PolicyLine> line) {
    return new Ruling(Verdict.UNDECIDED, Reason.MISSING, line, Optional.empty(), List.of(), files);
  }

  /** Whether another ruling has the same consequences. */
  boolean isLike(Ruling other) {
    return verdict == other.verdict && target.equals(other.target) && choices.equals(other.choices);
  }
}
