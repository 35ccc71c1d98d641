package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.ReachJson;
import org.rulewalk.diagnostics.json.WhyJson;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.reach.Cell;
import org.rulewalk.diagnostics.reach.Reach;
import org.rulewalk.diagnostics.text.PacketsWords;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.ReachScreen;
import org.rulewalk.diagnostics.text.ReachWords;
import org.rulewalk.diagnostics.text.WhyScreen;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reach}: who reaches whom on what, for all packets at once. */
@Command(
    name = "reach",
    mixinStandardHelpOptions = true,
    description = {
      "Who reaches whom on what: every TCP and UDP port, and pings, there and back.",
      "A name stands for the address that \"why\" takes. Where other addresses of a machine, or other"
          + " addresses outside, get something else, lines of their own name them."
    },
    footer = {
      "",
      "Examples:",
      "  rulewalk reach capture/",
      "  rulewalk reach capture/ --to work --service tcp/22   # who can reach it?",
      "  rulewalk reach capture/ --from work                  # what may leave?",
      "  rulewalk reach capture/ --from 192.168.1.0/24 --to sys-net",
      "  rulewalk reach capture/ --explain 3                  # step by step: line [3]",
      "  rulewalk reach capture/ --explain \"outside work tcp/443\"",
      "",
      "Exit status: 0 something gets through, 1 nothing does, 2 bad usage or input,",
      "3 nothing surely gets through and something cannot be decided.",
      "With --explain: as \"why\" for the packet that is shown."
    })
final class ReachCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Option(
      names = "--from",
      paramLabel = "FROM",
      description = "Who asks: a machine, an address or a prefix. All machines if left out.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "TO",
      description = "Who is asked, directly or by a forwarded port. All machines if left out.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--service",
      paramLabel = "SERVICE",
      description = "One service alone: tcp/443, udp/53, ping, icmp/3/4, proto/47.")
  private Optional<String> service = Optional.empty();

  @Option(
      names = "--explain",
      paramLabel = "CELL",
      description =
          "The number of a line, or \"FROM TO SERVICE\": an example packet and its trace.")
  private Optional<String> explain = Optional.empty();

  @Option(names = "--json", description = "Print rulewalk-reach/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Also show what does not get through, and what stops it.")
  private boolean verbose;

  private Terminal terminal;
  private JournalEvidence evidence;
  private Capture capture;
  private Network network;
  private List<String> unaddressed = List.of();

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    capture = CaptureArgument.load(path, terminal);
    evidence = JournalEvidence.of(path, capture);
    network = StoppedVms.in(capture.network(), evidence.surroundings());
    try {
      Optional<String[]> words =
          explain.map(text -> text.trim().split("\\s+")).filter(parts -> parts.length > 1);
      return words.isPresent() ? explain(words.get()) : table();
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    }
  }

  private int table() {
    if (from.isPresent() && from.equals(to)) {
      throw new BadInput("--from and --to are both " + from.get() + "; name two");
    }
    List<Cell> cells = cells(new Reach.Filter(from, to, service.map(Service::parse)));
    if (explain.isPresent()) {
      return explain(cells.get(number(explain.get(), cells.size()) - 1), Optional.empty());
    }
    if (json) {
      terminal.out().println(ReachJson.of(cells, unaddressed).toPrettyString());
    } else {
      Reach.Filter filter = new Reach.Filter(from, to, service.map(Service::parse));
      print(ReachScreen.lines(cells, unaddressed, filter, new Paint(terminal.colours()), verbose));
    }
    return status(cells);
  }

  private List<Cell> cells(Reach.Filter filter) {
    Progress progress = new Progress(terminal, "asking");
    Reach reach = new Reach(network, evidence, new BoundPorts(capture));
    try {
      List<Cell> cells = reach.cells(filter, progress::at);
      unaddressed =
          reach.unaddressed().stream()
              .filter(name -> filter.to().map(name::equals).orElse(true))
              .toList();
      return cells;
    } finally {
      progress.done();
    }
  }

  private void print(List<String> lines) {
    lines.forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
  }

  private static int number(String text, int most) {
    try {
      int number = Integer.parseInt(text.trim());
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new BadInput(
          "--explain "
              + text
              + ": write the number of a line, as in [3], or \"FROM TO SERVICE\", as in \"work outside"
              + " tcp/443\"");
    }
    throw new BadInput("--explain " + text + ": there are lines 1 to " + most);
  }

  private int explain(String[] words) {
    if (words.length != 3) {
      throw new BadInput("--explain \"" + explain.get() + "\": write \"FROM TO SERVICE\"");
    }
    Question question = new Places(network).question(words[0], words[1], words[2]);
    Service one = question.service();
    Reach.Filter all =
        new Reach.Filter(Optional.of(words[0]), Optional.of(words[1]), Optional.empty());
    Reach.Filter filter = Reach.isCovered(one) ? all : all.only(one);
    Cell cell =
        cells(filter).stream()
            .filter(each -> each.holds(words[1], one))
            .findFirst()
            .orElseThrow(
                () -> new BadInput(words[1] + " has no address that " + words[0] + " asks"));
    return explain(cell, Optional.of(question));
  }

  private int explain(Cell cell, Optional<Question> asked) {
    Question question = asked.orElse(cell.example().question());
    Answer answer = Investigation.of(network, question, evidence, new BoundPorts(capture));
    if (json) {
      terminal.out().println(WhyJson.of(answer).toPrettyString());
      return WhyCommand.status(answer);
    }
    terminal
        .out()
        .println(
            Terminal.harmless(
                cell.from()
                    + " → "
                    + cell.to()
                    + ": "
                    + PacketsWords.of(cell.packets())
                    + ", one answer for all. An example: why "
                    + path
                    + " "
                    + ReachWords.question(answer)));
    terminal.out().println();
    print(WhyScreen.lines(answer, new Paint(terminal.colours()), verbose));
    return WhyCommand.status(answer);
  }

  private static int status(List<Cell> cells) {
    if (cells.stream().anyMatch(cell -> cell.verdict() == Answer.Verdict.REACHABLE)) {
      return Rulewalk.YES;
    }
    boolean open = cells.stream().anyMatch(cell -> cell.verdict() == Answer.Verdict.UNDECIDED);
    return open ? Rulewalk.UNDECIDED : Rulewalk.NO;
  }
}
