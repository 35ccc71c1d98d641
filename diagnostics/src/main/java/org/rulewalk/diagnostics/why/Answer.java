package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

/**
 * The answer to a question.
 *
 * @param source the address that the packet was sent from
 * @param endsAt where it was meant to end after translation, if it got that far
 * @param network as it was asked, with what was assumed of sockets
 * @param alsoAllows what the fixes let pass besides what was asked for
 * @param fixesChecked whether with all fixes the model answers as wished
 * @param open what no command takes away, where there are no fixes
 * @param notices what else whoever asks should know
 * @param besides what else is known, beside what stopped the packet
 */
public record Answer(
    Question question,
    Verdict verdict,
    ConnectResult result,
    IpAddress source,
    Optional<Ends> endsAt,
    List<Cause> causes,
    Trace trace,
    Network network,
    List<Fix> fixes,
    Effects.Besides alsoAllows,
    boolean fixesChecked,
    Open open,
    List<Assumed> assumptions,
    List<Notice> notices,
    Besides besides) {
  /** Keeps copies. */
  public Answer {
    causes = List.copyOf(causes);
    fixes = List.copyOf(fixes);
    assumptions = List.copyOf(assumptions);
    notices = List.copyOf(notices);
  }

  /** Yes, no, or not to be told. */
  public enum Verdict {
    REACHABLE,
    BLOCKED,
    UNDECIDED
  }

  /**
   * What stays where no commands on captured machines help.
   *
   * @param causes that would have to go in another way: a service started, a machine mended that
   *     was not captured
   * @param afterwards commands that are needed besides, once these are gone
   */
  public record Open(List<Cause> causes, List<Fix> afterwards) {
    /** Keeps copies. */
    public Open {
      causes = List.copyOf(causes);
      afterwards = List.copyOf(afterwards);
    }
  }

  /** Where a packet was meant to end. */
  public record Ends(String machine, IpAddress address, int port) {}

  /**
   * Something that the capture does not tell and that the answer depends on, or may.
   *
   * @param text one sentence
   * @param missing the file that would tell; empty if none would
   * @param decides whether the answer would be another if it were otherwise
   */
  public record Assumed(String text, String missing, boolean decides) {}
}
