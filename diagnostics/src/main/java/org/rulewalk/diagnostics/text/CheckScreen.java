package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.value.Source;

/** What was read of a capture, for people. */
public final class CheckScreen {
  private static final int MOST_PROBLEMS = 12;
  private static final int NAME = 28;
  private static final int TAB = 8;

  private final LoadReport report;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private CheckScreen(LoadReport report, Paint paint, boolean verbose) {
    this.report = report;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether every file and every problem is shown
   */
  public static List<String> lines(LoadReport report, Paint paint, boolean verbose) {
    CheckScreen screen = new CheckScreen(report, paint, verbose);
    screen.machines();
    screen.links();
    screen.missing();
    screen.problems();
    return screen.lines;
  }

  private void machines() {
    for (Map.Entry<String, List<LoadReport.FileReport>> machine : report.machines().entrySet()) {
      lines.add(paint.strong(machine.getKey()));
      int plain = 0;
      for (LoadReport.FileReport file : machine.getValue()) {
        boolean ok =
            file.read()
                && file.rules() == file.understood()
                && report.problemsOf(file.path()).stream().allMatch(CheckScreen::isNote);
        ok |= isJournal(file);
        if (ok && !verbose && !file.kind().isRules() && !isJournal(file)) {
          plain++;
        } else {
          file(file, ok);
        }
      }
      if (plain > 0) {
        lines.add(
            "    "
                + Lines.pad("and " + plain + (plain == 1 ? " more file" : " more files"), NAME)
                + "read");
      }
    }
    for (LoadReport.FileReport file : report.otherFiles()) {
      if (verbose || !file.read()) {
        file(file, file.read() || isJournal(file));
      }
    }
    lines.add("");
  }

  /** Journals may be of any length: another command reads them. */
  private static boolean isJournal(LoadReport.FileReport file) {
    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
    return !file.read() && name.startsWith("journal.");
  }

  private static boolean isNote(Problem problem) {
    return problem.severity() == Problem.Severity.NOTE;
  }

  private void file(LoadReport.FileReport file, boolean ok) {
    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
    String what =
        !file.read()
            ? isJournal(file) ? "not read here, \"rulewalk journal\" reads it" : "not read"
            : file.kind().isRules()
                ? file.rules() + (file.rules() == 1 ? " rule, " : " rules, ") + understood(file)
                : "read, " + understood(file);
    String mark = ok ? "  " : paint.bad("! ");
    lines.add("  " + mark + Lines.pad(name, NAME) + what);
  }

  private static String understood(LoadReport.FileReport file) {
    return file.rules() == file.understood()
        ? "all understood"
        : file.understood() + " of " + file.rules() + " understood";
  }

  private void links() {
    lines.add(paint.strong("Links"));
    if (report.links().isEmpty()) {
      lines.add("    none: no machine is known to be joined to another");
    }
    for (Link link : report.links()) {
      String ends = String.join(" — ", link.ends().stream().map(Object::toString).toList());
      lines.add("    " + Lines.pad(ends, 44) + origin(link.origin()));
    }
    lines.add("");
  }

  private static String origin(Link.Origin origin) {
    switch (origin) {
      case DECLARED:
        return "capture.json says so";
      case ROUTE_TO_ADDRESS:
        return "a vif has a route to that address";
      case SHARED_PREFIX:
        return "both have addresses of one subnet";
      case NETVM_LIST:
        return "dom0's list names the provider";
      default:
        return "assumed: whatever lies beyond";
    }
  }

  private void missing() {
    if (report.missing().isEmpty()) {
      return;
    }
    lines.add(paint.strong("Not in the capture"));
    Map<String, List<String>> byFolder = new java.util.LinkedHashMap<>();
    for (String path : report.missing()) {
      int slash = path.lastIndexOf('/');
      byFolder
          .computeIfAbsent(path.substring(0, slash + 1), folder -> new ArrayList<>())
          .add(path.substring(slash + 1));
    }
    byFolder.forEach(
        (folder, names) ->
            lines.addAll(
                Lines.wrapped(
                    (folder.isEmpty() ? "" : folder + ": ") + String.join(", ", names), "    ")));
    lines.add("");
  }

  private void problems() {
    if (report.problems().isEmpty()) {
      lines.add(paint.good("Everything was understood."));
      return;
    }
    lines.add(paint.strong("Problems"));
    int most =
        verbose ? report.problems().size() : Math.min(MOST_PROBLEMS, report.problems().size());
    report.problems().subList(0, most).forEach(this::problem);
    int hidden = report.problems().size() - most + report.uncounted();
    if (hidden > 0) {
      lines.add("  … and " + hidden + " more (-v or --json list them)");
    }
  }

  private void problem(Problem problem) {
    String severity = problem.severity().name().toLowerCase(Locale.ROOT);
    boolean error = problem.severity() == Problem.Severity.ERROR;
    lines.add(
        "  " + (error ? paint.bad(severity) : paint.open(severity)) + ": " + problem.message());
    Source where = problem.where();
    if (where.isKnown()) {
      String column = where.column() > 0 ? ":" + where.column() : "";
      lines.add("    --> " + where + column);
    }
    if (!where.text().isEmpty()) {
      String number = String.valueOf(where.line());
      String text = where.text().replace("\t", " ");
      lines.add("    " + number + " | " + text);
    }
    if (!problem.help().isEmpty()) {
      lines.addAll(Lines.wrapped("= " + problem.help(), " ".repeat(TAB)));
    }
  }
}
