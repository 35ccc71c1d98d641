package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.WhatIfJson;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.startup.StartScripts;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.WhatIfScreen;
import org.rulewalk.diagnostics.whatif.Order;
import org.rulewalk.diagnostics.whatif.Report;
import org.rulewalk.diagnostics.whatif.Saving;
import org.rulewalk.diagnostics.whatif.WhatIf;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whatif}: commands on the model, what they change, and the answers before and after. */
@Command(
    name = "whatif",
    mixinStandardHelpOptions = true,
    description = {
      "What would these commands change? Carries them out on the captured machines as the tools"
          + " would (nothing is run for real), and asks the questions before and after.",
      "Known are iptables, ip6tables, their -restore and -save, nft, ipset, ip, sysctl, conntrack,"
          + " and shell scripts of them. A command that fails says what the tool would say, and the"
          + " rest goes on."
    },
    footer = {
      "",
      "Examples:",
      "  rulewalk whatif capture/ --run \"sys-net: iptables -I FORWARD -j ACCEPT\" \\",
      "      --ask \"outside 192.168.1.10 tcp/443\"",
      "  rulewalk whatif capture/ --run \"work: ip link set eth0 down\"",
      "  rulewalk whatif capture/ --script sys-firewall:new-rules.sh \\",
      "      --ask \"work 8.8.8.8 ping\" --save changed/",
      "  rulewalk whatif rules.nft --run \"nft add rule inet fw in accept\"",
      "",
      "Exit status: 0 every command works and every answer afterwards is reachable; 1 a command"
          + " fails as the tool would, or an answer is blocked; 2 bad usage, or a command that can't"
          + " be read here; 3 it can't be decided."
    })
final class WhatIfCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Option(
      names = "--run",
      paramLabel = "\"MACHINE: COMMAND\"",
      parameterConsumer = InOrder.class,
      description =
          "Carry this out there; as often as wished, in this order. Several commands with ; or &&"
              + " go as in a shell. The machine may be left out where there is only one.")
  private List<String> runs;

  @Option(
      names = "--script",
      paramLabel = "MACHINE:FILE",
      parameterConsumer = InOrder.class,
      description = "Carry out this script of yours there: sh, bash, or nft.")
  private List<String> scripts;

  @Option(
      names = "--ask",
      paramLabel = "\"FROM TO SERVICE\"",
      description =
          "Ask this before and after, as for why; also with --open, --size BYTES, --df behind it.")
  private List<String> asks = new ArrayList<>();

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description = "Write the changed capture there: a new directory, or one saved before.")
  private Path save;

  @Option(names = "--json", description = "Print rulewalk-whatif/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show every command and change, and each answer as why does.")
  private boolean verbose;

  private final List<GivenOrder> given = new ArrayList<>();
  private Terminal terminal;

  /** Keeps --run and --script in the order in which they come. */
  static final class InOrder implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      if (words.isEmpty()) {
        throw new MissingParameterException(
            command.commandLine(), option, "Missing value for " + option.paramLabel());
      }
      boolean script = option.paramLabel().endsWith("FILE");
      ((WhatIfCommand) command.userObject()).given.add(new GivenOrder(words.pop(), script));
    }
  }

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    if (given.isEmpty()) {
      throw new BadInput("name a command by --run, or a script by --script");
    }
    List<GivenQuestion> questions = asks.stream().map(GivenQuestion::parse).toList();
    Capture capture = CaptureArgument.load(path, terminal);
    WhatIf whatif = new WhatIf(capture.network());
    List<Order> orders = new ArrayList<>();
    given.forEach(each -> orders.add(each.order(capture.network(), orders.size() + 1)));
    Progress progress = new Progress(terminal, "whatif");
    int steps = orders.size() + 2 * questions.size();
    int done = 0;
    for (Order order : orders) {
      whatif.carryOut(order, new StartScripts(capture, order.machine()).asSeen());
      progress.at((double) ++done / steps);
    }
    JournalEvidence evidence = JournalEvidence.of(path, capture);
    for (GivenQuestion question : questions) {
      Question before = place(question, capture.network(), evidence);
      whatif.ask(network -> answer(question, before, network, capture, evidence));
      done += 2;
      progress.at((double) done / steps);
    }
    progress.done();
    Report report = whatif.report(saved(capture, whatif.network()));
    show(report);
    return status(report);
  }

  private static Question place(GivenQuestion question, Network network, JournalEvidence evidence) {
    try {
      return question.in(new Places(StoppedVms.in(network, evidence.surroundings())));
    } catch (IllegalArgumentException e) {
      throw new BadInput("--ask \"" + question.text() + "\": " + e.getMessage());
    }
  }

  /** Names mean what they mean in the network that is asked; else what they meant before. */
  private static Answer answer(
      GivenQuestion question,
      Question before,
      Network network,
      Capture capture,
      JournalEvidence evidence) {
    Question asked = before;
    try {
      asked = question.in(new Places(StoppedVms.in(network, evidence.surroundings())));
    } catch (IllegalArgumentException e) {
      // an interface or address that a command took away: asked about as it was
      asked = before;
    }
    try {
      return Investigation.of(network, asked, evidence, new BoundPorts(capture));
    } catch (IllegalArgumentException e) {
      throw new BadInput("--ask \"" + question.text() + "\": " + e.getMessage());
    }
  }

  private List<String> saved(Capture capture, Network network) {
    if (save == null) {
      return List.of();
    }
    try {
      return Saving.save(path, capture, network, save);
    } catch (IOException e) {
      throw new BadInput("--save: " + e.getMessage());
    }
  }

  private void show(Report report) {
    if (json) {
      terminal.out().println(WhatIfJson.of(report, Optional.ofNullable(save)).toPrettyString());
      return;
    }
    WhatIfScreen.lines(report, new Paint(terminal.colours()), verbose)
        .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    if (save != null) {
      terminal.out().println(Terminal.harmless("Saved in " + save));
      report.saved().forEach(each -> terminal.out().println(Terminal.harmless("  - " + each)));
    }
  }

  private static int status(Report report) {
    if (report.isUnread()) {
      return Rulewalk.BAD_INPUT;
    }
    if (report.isBad()) {
      return Rulewalk.NO;
    }
    return report.isOpen() ? Rulewalk.UNDECIDED : Rulewalk.YES;
  }
}
