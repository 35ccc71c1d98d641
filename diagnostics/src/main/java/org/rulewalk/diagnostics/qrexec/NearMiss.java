package org.rulewalk.diagnostics.qrexec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyLine;

/**
 * A line that allows or asks, and does not decide this call although somebody may have meant it to.
 *
 * @param differs what keeps it from deciding
 */
public record NearMiss(PolicyLine line, Set<Difference> differs) {
  private static final int MOST = 4;

  /** What keeps a line from deciding. */
  public enum Difference {
    /** It is for another port. */
    PORT,
    /** It is for another caller. */
    CALLER,
    /** It is for calls that name another VM, or none, or one. */
    TARGET,
    /** It matches, but a line above it decided. */
    ORDER
  }

  /** Those that differ in one respect alone, nearest first. */
  static List<NearMiss> of(
      Policy policy, Matching matching, Call call, Optional<PolicyLine> decided) {
    List<NearMiss> found = new ArrayList<>();
    boolean below = false;
    for (PolicyLine line : policy.lines()) {
      if (decided.isPresent() && line == decided.get()) {
        below = true;
        continue;
      }
      boolean specific = line.service().isPresent() && line.isAboutService(Call.SERVICE);
      if (!specific || line.action() == PolicyLine.Action.DENY) {
        continue;
      }
      Set<Difference> differs = EnumSet.noneOf(Difference.class);
      add(differs, Difference.PORT, !line.isAbout(Call.SERVICE, call.argument()));
      add(differs, Difference.CALLER, matching.source(line) == Fit.NO);
      add(differs, Difference.TARGET, matching.target(line, call.target()) == Fit.NO);
      add(differs, Difference.ORDER, differs.isEmpty() && below);
      if (differs.size() == 1) {
        found.add(new NearMiss(line, differs));
      }
    }
    found.sort(Comparator.comparing(miss -> -miss.differs().iterator().next().ordinal()));
    return found.subList(0, Math.min(MOST, found.size()));
  }

  private static void add(Set<Difference> differs, Difference difference, boolean does) {
    if (does) {
      differs.add(difference);
    }
  }
}
