package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.WhyJson;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.question.Manner;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.WhyScreen;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Closing;
import org.rulewalk.diagnostics.why.Effects;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.diagnostics.why.ProvenEffects;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code why}: can FROM reach TO, and if not, why. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description =
        "Can FROM reach TO on SERVICE, there and back? If not: every blocker, and commands that help. If it can:"
            + " what lets it pass.",
    footer = {
      "",
      "Examples:",
      "  rulewalk why capture/ work untrusted tcp/443",
      "  rulewalk why capture.tar.gz outside 192.168.1.10 tcp/443 --json",
      "  rulewalk why capture/ work 8.8.8.8 ping -v",
      "  rulewalk why capture/ work 8.8.8.8 tcp/443 --size 1400 --df",
      "  rulewalk why capture/ work 8.8.8.8 tcp/443@40961 --open",
      "  rulewalk why capture/ untrusted work tcp/22 --close",
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

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "Also: does an IP packet of this many bytes get through, both ways?")
  private int size;

  @Option(names = "--df", description = "That packet must not be fragmented (IPv4's DF).")
  private boolean dontFragment;

  @Option(
      names = "--open",
      description = "Ask about a connection that is open already (conntrack.txt), not a new one.")
  private boolean open;

  @Option(
      names = "--close",
      description = "If it is reachable: the least change that closes it, checked.")
  private boolean close;

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
    JournalEvidence evidence = JournalEvidence.of(path, capture);
    Network listed = StoppedVms.in(capture.network(), evidence.surroundings());
    Answer answer;
    try {
      answer =
          Investigation.of(
              capture.network(),
              new Places(listed)
                  .question(from, to, service)
                  .in(new Manner(size, dontFragment, open)),
              evidence,
              new BoundPorts(capture),
              new ProvenEffects());
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    }
    if (close) {
      printClosing(answer, Closing.of(answer, evidence));
    } else {
      print(answer, json, verbose, terminal);
    }
    return status(answer);
  }

  private void printClosing(Answer answer, Optional<Fix> closing) {
    Effects.Besides besides = closing.map(fix -> besides(answer, fix)).orElse(Effects.Besides.NONE);
    if (json) {
      terminal.out().println(WhyJson.of(answer, closing, besides).toPrettyString());
      return;
    }
    print(answer, false, verbose, terminal);
    Paint paint = new Paint(terminal.colours());
    print(WhyScreen.closing(answer, closing, besides, paint, verbose), terminal);
  }

  private static Effects.Besides besides(Answer answer, Fix fix) {
    Network changed = fix.change().apply(answer.network());
    return new ProvenEffects().of(answer.network(), changed, answer.question(), List.of(fix));
  }

  static void print(Answer answer, boolean json, boolean verbose, Terminal terminal) {
    if (json) {
      terminal.out().println(WhyJson.of(answer).toPrettyString());
      return;
    }
    print(WhyScreen.lines(answer, new Paint(terminal.colours()), verbose), terminal);
  }

  private static void print(List<String> lines, Terminal terminal) {
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
