package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.Problem;

/** Loads the capture that a command is about. */
final class CaptureArgument {
  private CaptureArgument() {}

  /** The capture; what is wrong with it is told on standard error, in short. */
  static Capture load(Path path, Terminal terminal) {
    Capture capture = CaptureLoader.load(path);
    long errors =
        capture.report().problems().stream()
            .filter(p -> p.severity() == Problem.Severity.ERROR)
            .count();
    if (capture.network().machines().isEmpty()) {
      String first =
          capture.report().problems().stream()
              .findFirst()
              .map(p -> p.where().isKnown() ? p.where() + ": " + p.message() : p.message())
              .orElse("there is nothing in it");
      throw new BadInput(path + ": " + first);
    }
    for (Problem problem : capture.report().problems()) {
      if (problem.severity() == Problem.Severity.ERROR) {
        String place = problem.where().isKnown() ? problem.where() + ": " : "";
        terminal.err().println(Terminal.harmless("rulewalk: " + place + problem.message()));
      }
    }
    if (errors > 0) {
      terminal
          .err()
          .println("rulewalk: the answer rests on the rest; \"rulewalk check\" tells more");
    }
    return capture;
  }
}
