package org.rulewalk.diagnostics.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.json.QrexecJson;
import org.rulewalk.diagnostics.qrexec.Call;
import org.rulewalk.diagnostics.qrexec.Inquiry;
import org.rulewalk.diagnostics.qrexec.Reply;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.QrexecScreen;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.qrexec.PolicyFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qrexec}: may one VM connect to a port of another by PedOS.ConnectTCP. */
@Command(
    name = "qrexec",
    mixinStandardHelpOptions = true,
    description =
        "Whether PedOS.ConnectTCP (qvm-connect-tcp) is allowed from FROM, by which line of dom0's policy, where it"
            + " lands, and whether a program listens there.",
    footer = {
      "",
      "Examples:",
      "  rulewalk qrexec capture/ untrusted 444",
      "  rulewalk qrexec capture/ untrusted mytcp-service 444 --json",
      "  rulewalk qrexec capture/ untrusted 10444:mytcp-service:444",
      "",
      "The capture needs dom0/policy/ (files of policy.d or PedOS-rpc/policy), dom0/qvm-ls.txt and the"
          + " called VM's ss.txt.",
      "Exit status: 0 allowed and listening, 1 no, 2 bad usage or input, 3 the user is asked, or it cannot be decided."
    })
final class QrexecCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(index = "0", paramLabel = "CAPTURE", description = "A directory, .tar.gz or .zip.")
  private Path path;

  @Parameters(index = "1", paramLabel = "FROM", description = "The VM that connects.")
  private String from;

  @Parameters(
      index = "2..3",
      arity = "1..2",
      paramLabel = "[TARGET] PORT",
      hideParamSyntax = true,
      description =
          "The VM that is called, or @default (also where it is left out), and its port; or both as"
              + " qvm-connect-tcp takes them: [LOCALPORT]:[VM]:PORT.")
  private List<String> words;

  @Option(names = "--json", description = "Print rulewalk-qrexec/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "List the policy files, and what each was taken for.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Capture capture = CaptureArgument.load(path, terminal, QrexecCommand::isUseful);
    Reply reply;
    try {
      reply = Inquiry.of(capture, Call.parse(from, words));
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    }
    if (json) {
      terminal.out().println(QrexecJson.of(reply).toPrettyString());
    } else {
      QrexecScreen.lines(reply, new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    switch (reply.outcome()) {
      case WORKS:
        return Rulewalk.YES;
      case FAILS:
        return Rulewalk.NO;
      default:
        return Rulewalk.UNDECIDED;
    }
  }

  /** A capture of dom0 alone tells whether the policy allows a call. */
  private static boolean isUseful(Capture capture) {
    return !capture.network().machines().isEmpty()
        || capture.texts().keySet().stream().anyMatch(file -> PolicyFiles.pathOf(file).isPresent());
  }
}
