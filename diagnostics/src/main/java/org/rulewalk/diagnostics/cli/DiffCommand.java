package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.diff.CaptureDiff;
import org.rulewalk.diagnostics.json.DiffJson;
import org.rulewalk.diagnostics.text.DiffScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.simulator.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: which packets two captures treat differently. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description =
        "Which packets are treated differently by two captures: every class of them, with an example and both reasons.",
    footer = {
      "",
      "Examples:",
      "  rulewalk diff before/ after/",
      "  rulewalk diff monday.tar.gz friday.tar.gz --json",
      "  rulewalk whatif capture/ --run \"work: ip link set eth0 down\" --save changed/",
      "  rulewalk diff capture/ changed/",
      "",
      "Machines are compared by name. Sockets, neighbours and sizes are not looked at.",
      "Exit status: 0 no packet is treated differently, 1 some are, 2 bad usage or input,",
      "3 cannot be decided."
    })
final class DiffCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "BEFORE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "The same, later.")
  private Path after;

  @Option(names = "--json", description = "Print rulewalk-diff/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "All classes, and all their lines.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Network one = CaptureArgument.load(before, terminal).network();
    Network other = CaptureArgument.load(after, terminal).network();
    Progress progress = new Progress(terminal, "machines");
    CaptureDiff.Result result;
    try {
      result = CaptureDiff.between(one, other, progress::at);
    } finally {
      progress.done();
    }
    if (json) {
      terminal.out().println(DiffJson.of(result).toPrettyString());
    } else {
      DiffScreen.lines(result, new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    if (!result.differences().isEmpty()
        || !result.added().isEmpty()
        || !result.removed().isEmpty()) {
      return Rulewalk.NO;
    }
    return result.tooLarge().isEmpty() ? Rulewalk.YES : Rulewalk.UNDECIDED;
  }
}
