package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.json.CheckJson;
import org.rulewalk.diagnostics.text.CheckScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.source.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check}: what was read of a capture, and what was not. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "What was read of a capture, what was not understood and where, what is missing, how links were found.",
    footer = {
      "",
      "Examples:",
      "  rulewalk check capture/",
      "  rulewalk check capture.tar.gz --json",
      "",
      "Exit status: 0 all understood, 1 something missing or not understood, 2 nothing useful in it."
    })
final class CheckCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Option(names = "--json", description = "Print rulewalk-check/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show every file and every problem.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    LoadReport report = CaptureLoader.load(path).report();
    if (json) {
      terminal.out().println(CheckJson.of(report).toPrettyString());
    } else {
      CheckScreen.lines(report, new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    if (isUseless(report)) {
      return Rulewalk.BAD_INPUT;
    }
    boolean flawed =
        report.problems().stream().anyMatch(p -> p.severity() != Problem.Severity.NOTE)
            || !report.missing().isEmpty();
    return flawed ? Rulewalk.NO : Rulewalk.YES;
  }

  /** Not one file could be read. */
  private static boolean isUseless(LoadReport report) {
    return report.machines().values().stream()
        .flatMap(java.util.List::stream)
        .noneMatch(LoadReport.FileReport::read);
  }
}
