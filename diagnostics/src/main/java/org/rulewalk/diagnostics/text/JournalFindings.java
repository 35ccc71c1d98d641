package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.journal.Found;
import org.rulewalk.diagnostics.journal.Report;
import org.rulewalk.diagnostics.journal.Severity;
import org.rulewalk.simulator.value.Source;

/** What journals say of failures, as findings of an audit. */
public final class JournalFindings {
  private JournalFindings() {}

  /** One for each message that tells of something that is not as it should be. */
  public static List<Finding> of(Report report) {
    List<Finding> found = new ArrayList<>();
    for (Found each : report.found()) {
      boolean matters = each.severity() != Severity.FINE && each.severity() != Severity.LOST;
      if (matters) {
        found.add(of(each));
      }
    }
    return found;
  }

  private static Finding of(Found found) {
    JournalWords.Explanation words = JournalWords.of(found);
    List<Source> cause = found.cause().map(List::of).orElse(List.of());
    String times =
        found.count() == 1
            ? ""
            : " It was said " + found.count() + " times, last in line " + found.lastLine() + ".";
    return new Finding(
            "journal-" + found.message().word(),
            found.severity() == Severity.PARTLY ? Finding.Severity.WARNING : Finding.Severity.ERROR,
            found.machine(),
            found.first().source(),
            words.happened() + " " + words.effect() + times)
        .because(cause)
        .mendedBy(Finding.Repair.inWords(found.machine(), words.advice()));
  }
}
