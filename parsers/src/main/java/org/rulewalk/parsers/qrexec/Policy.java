package org.rulewalk.parsers.qrexec;

import java.util.List;

/**
 * The policy that a call is asked of: the lines in their order, of which the first that matches
 * decides.
 *
 * @param lines of all services where the policy is one list, else those of the one service
 * @param errors any of them makes qrexec refuse every call
 * @param gaps files that the policy includes and the capture lacks
 * @param files those that were read, in order
 * @param ignored files that lie there and do not count, with the reason
 */
public record Policy(
    Form form,
    List<PolicyLine> lines,
    List<PolicyError> errors,
    List<PolicyGap> gaps,
    List<Taken> files,
    List<Ignored> ignored) {
  /** Keeps copies. */
  public Policy {
    lines = List.copyOf(lines);
    errors = List.copyOf(errors);
    gaps = List.copyOf(gaps);
    files = List.copyOf(files);
    ignored = List.copyOf(ignored);
  }

  /** The two ways in which policies were kept. */
  public enum Form {
    /** R4.0: a file a service below {@code /etc/PedOS-rpc/policy}. */
    FILE_PER_SERVICE,
    /** R4.1 and later: all of {@code policy.d} is one list. */
    ONE_LIST,
    /** The capture holds no policy. */
    NONE
  }

  /**
   * A file of the capture and the file of dom0 that it was taken for.
   *
   * @param file path inside the capture
   * @param path path in dom0, in PedOS' spelling
   */
  public record Taken(String file, String path) {}

  /** A file of the capture that does not count. */
  public record Ignored(String file, String reason) {}
}
