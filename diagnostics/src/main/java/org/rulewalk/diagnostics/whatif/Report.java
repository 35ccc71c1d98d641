package org.rulewalk.diagnostics.whatif;

import java.util.List;
import org.rulewalk.diagnostics.why.Answer;

/**
 * What would be.
 *
 * @param certain whether all ways that the scripts may go were followed
 * @param saved what could not be saved as it is, in words; empty where nothing was to be saved too
 */
public record Report(
    List<Carried> carried, List<Asked> asked, boolean certain, List<String> saved) {
  /** Keeps copies. */
  public Report {
    carried = List.copyOf(carried);
    asked = List.copyOf(asked);
    saved = List.copyOf(saved);
  }

  /**
   * Whether a command line was given that can't be read, so that nothing is known of its effect.
   */
  public boolean isUnread() {
    return carried.stream().anyMatch(each -> !each.order().script() && !each.unread().isEmpty());
  }

  /** Whether a command failed, or something is blocked afterwards. */
  public boolean isBad() {
    return carried.stream().anyMatch(Carried::failed)
        || asked.stream().anyMatch(each -> each.verdict() == Answer.Verdict.BLOCKED);
  }

  /** Whether it can't be decided: an answer, or what a script does. */
  public boolean isOpen() {
    return !certain
        || carried.stream().anyMatch(each -> !each.run().isCertain())
        || asked.stream().anyMatch(each -> each.verdict() == Answer.Verdict.UNDECIDED);
  }
}
