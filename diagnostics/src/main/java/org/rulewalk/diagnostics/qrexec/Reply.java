package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.parsers.qrexec.Policy;

/**
 * The answer to a question about PedOS.ConnectTCP.
 *
 * @param nonexistent whether the caller names a VM that dom0 does not know
 * @param misses lines that somebody may have meant for this call, where it is not allowed
 * @param landing where it lands, or would with the changes; empty where nobody is called, or the
 *     user chooses among several
 * @param changes of the policy, after which it allows the call
 * @param fixed what the policy says with the changes
 * @param assumptions what the capture does not tell
 */
public record Reply(
    Call call,
    Policy policy,
    Ruling ruling,
    boolean nonexistent,
    List<NearMiss> misses,
    Optional<Landing> landing,
    CallerSide caller,
    List<PolicyChange> changes,
    Optional<Ruling> fixed,
    List<Answer.Assumed> assumptions) {
  /** Keeps copies. */
  public Reply {
    misses = List.copyOf(misses);
    changes = List.copyOf(changes);
    assumptions = List.copyOf(assumptions);
  }

  /** Whether a connection comes to be. */
  public enum Outcome {
    /** It does. */
    WORKS,
    /** It does not. */
    FAILS,
    /** The user decides, or the capture does not tell. */
    OPEN
  }

  /** Policy, target, and the caller's port together. */
  public Outcome outcome() {
    if (ruling.verdict() == Ruling.Verdict.DENIED || caller.isTaken()) {
      return Outcome.FAILS;
    }
    Landing.Listens listens = landing.map(Landing::listens).orElse(Landing.Listens.UNKNOWN);
    if (ruling.verdict() == Ruling.Verdict.UNDECIDED) {
      return Outcome.OPEN;
    }
    switch (listens) {
      case YES:
        return ruling.verdict() == Ruling.Verdict.ALLOWED ? Outcome.WORKS : Outcome.OPEN;
      case UNKNOWN:
      case ONLY_IPV6:
        return Outcome.OPEN;
      default:
        return Outcome.FAILS;
    }
  }

  /**
   * Commands in the called VM, with which its own rules let the connection through; empty where the
   * model says that they don't.
   */
  public List<Fix> loopback() {
    return landing
        .flatMap(Landing::loopback)
        .filter(Answer::fixesChecked)
        .map(Answer::fixes)
        .orElse(List.of());
  }

  /** Whether the policy, asked again with the changes, allows the call. */
  public boolean isAllowedThen() {
    return fixed.map(r -> r.verdict() == Ruling.Verdict.ALLOWED).orElse(false);
  }

  /** Whether with all fixes together the connection comes to be. */
  public boolean isCured() {
    boolean allowed = ruling.verdict() == Ruling.Verdict.ALLOWED || isAllowedThen();
    boolean listens = landing.map(l -> l.listens() == Landing.Listens.YES).orElse(false);
    boolean something = !changes.isEmpty() || !loopback().isEmpty();
    return something && allowed && (listens || !loopback().isEmpty());
  }
}
