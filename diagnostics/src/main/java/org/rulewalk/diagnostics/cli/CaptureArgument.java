package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.Problem;

/** Loads the capture that a command is about. */
final class CaptureArgument {
  private CaptureArgument() {}

  /** The capture; what is wrong with it is told on standard error, in short. */
  static Capture load(Path path, Terminal terminal) {
    return load(path, terminal, capture -> !capture.network().machines().isEmpty());
  }

  /** The same for commands that can use captures without machines. */
  static Capture load(Path path, Terminal terminal, Predicate<Capture> useful) {
    Capture capture = CaptureLoader.load(path);
    terminal.out().speak(capture.naming());
    long errors =
        capture.report().problems().stream()
            .filter(p -> p.severity() == Problem.Severity.ERROR)
            .count();
    if (!useful.test(capture)) {
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
