package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.WhyJson;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.WhyScreen;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.parsers.capture.Capture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code why}: can FROM reach TO, and if not, why. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description =
        "Can FROM reach TO on SERVICE, there and back? If not: every blocker, and commands that help.",
    footer = {
      "",
      "Examples:",
      "  rulewalk why capture/ work untrusted tcp/443",
      "  rulewalk why capture.tar.gz outside 192.168.1.10 tcp/443 --json",
      "  rulewalk why capture/ work 8.8.8.8 ping -v",
      "",
      "Exit status: 0 reachable, 1 blocked, 3 cannot be decided."
    })
final class WhyCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Parameters(
      index = "1",
      paramLabel = "FROM",
      description = "Who asks: a machine, an address, machine:interface or external:address.")
  private String from;

  @Parameters(index = "2", paramLabel = "TO", description = "Who is asked, in the same forms.")
  private String to;

  @Parameters(
      index = "3",
      paramLabel = "SERVICE",
      description = "tcp/443, udp/53, ping, tcp/443@40000 (source port), icmp/3/4, proto/47.")
  private String service;

  @Option(names = "--json", description = "Print rulewalk-why/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show every step.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Capture capture = CaptureArgument.load(path, terminal);
    Answer answer;
    try {
      answer =
          Investigation.of(
              capture.network(),
              new Places(capture.network()).question(from, to, service),
              new JournalEvidence(path, Dom0Rules.of(capture)));
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    }
    print(answer, json, verbose, terminal);
    return status(answer);
  }

  static void print(Answer answer, boolean json, boolean verbose, Terminal terminal) {
    if (json) {
      terminal.out().println(WhyJson.of(answer).toPrettyString());
      return;
    }
    List<String> lines = WhyScreen.lines(answer, new Paint(terminal.colours()), verbose);
    lines.forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
  }

  static int status(Answer answer) {
    switch (answer.verdict()) {
      case REACHABLE:
        return Rulewalk.YES;
      case BLOCKED:
        return Rulewalk.NO;
      default:
        return Rulewalk.UNDECIDED;
    }
  }
}
