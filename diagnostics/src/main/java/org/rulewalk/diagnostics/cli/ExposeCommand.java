package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.expose.Exposing;
import org.rulewalk.diagnostics.expose.Exposure;
import org.rulewalk.diagnostics.expose.Wish;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.ExposeJson;
import org.rulewalk.diagnostics.text.ExposeScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.parsers.capture.Capture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code expose}: all that forwards a port to a VM. */
@Command(
    name = "expose",
    mixinStandardHelpOptions = true,
    description =
        "All rules that let others reach a service of a VM from outside: for each machine on the way the commands,"
            + " where to keep them, and how to take them back. Tried on the model first.",
    footer = {
      "",
      "Examples:",
      "  rulewalk expose capture/ work tcp/443 --from 192.168.1.0/24",
      "  rulewalk expose capture/ work tcp/443 --on sys-net:ens5 --json",
      "  rulewalk expose capture/ work tcp/22 --port 2222 --from 192.168.1.50",
      "  rulewalk expose capture/ work udp/53 --from 192.168.1.0/24 --script scripts/",
      "",
      "Exit status: 0 works (checked), 1 something is in the way that no rules take away, 3 cannot be decided."
    })
final class ExposeCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(index = "0", paramLabel = "CAPTURE", description = "A directory, .tar.gz or .zip.")
  private Path path;

  @Parameters(index = "1", paramLabel = "TO", description = "The VM with the service.")
  private String to;

  @Parameters(
      index = "2",
      paramLabel = "SERVICE",
      description = "The port at which it listens there: tcp/443, udp/53.")
  private String service;

  @Option(
      names = "--from",
      paramLabel = "PREFIX",
      description = "Who may use it: 192.168.1.0/24. Everybody if it is left out.")
  private Optional<String> from;

  @Option(
      names = "--on",
      paramLabel = "MACHINE[:INTERFACE]",
      description = "Where they come in: sys-net, sys-net:ens5. Worked out if it is left out.")
  private Optional<String> on;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port outside, if it is to be another one.")
  private Optional<Integer> port;

  @Option(
      names = "--script",
      paramLabel = "DIR",
      description =
          "Also write the scripts: DIR/MACHINE/ gets the file to keep, now.sh and undo.sh. Files that are there"
              + " already are not replaced.")
  private Optional<Path> scripts;

  @Option(names = "--json", description = "Print rulewalk-expose/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Write the parts of scripts out.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Capture capture = CaptureArgument.load(path, terminal);
    Progress progress = new Progress(terminal, "trying");
    Exposure exposure;
    try {
      exposure =
          Exposing.of(
              capture,
              Wish.of(to, service, port, from, on),
              JournalEvidence.of(path, capture),
              progress::at);
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    } finally {
      progress.done();
    }
    if (json) {
      terminal.out().println(ExposeJson.of(exposure).toPrettyString());
    } else {
      ExposeScreen.lines(exposure, new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    scripts.ifPresent(
        folder ->
            ExposeFiles.write(exposure, folder)
                .forEach(
                    file -> terminal.err().println(Terminal.harmless("rulewalk: wrote " + file))));
    switch (exposure.verdict()) {
      case CHECKED:
        return Rulewalk.YES;
      case IMPOSSIBLE:
        return Rulewalk.NO;
      default:
        return Rulewalk.UNDECIDED;
    }
  }
}
