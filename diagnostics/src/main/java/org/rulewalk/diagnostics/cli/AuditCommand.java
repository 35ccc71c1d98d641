package org.rulewalk.diagnostics.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.audit.Audit;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.audit.Subject;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.AuditJson;
import org.rulewalk.diagnostics.text.AuditScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.parsers.capture.Capture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit}: what is wrong in a capture without any question about a packet. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "What is wrong, or will be: rules and scripts that do not do what they seem to, and what to do.",
    footer = {
      "",
      "Examples:",
      "  rulewalk audit capture/",
      "  rulewalk audit capture.tar.gz --json",
      "",
      "Exit status: 0 nothing found, 1 something found, 2 bad usage or input."
    })
final class AuditCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Option(names = "--json", description = "Print rulewalk-audit/1.")
  private boolean json;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Capture capture = CaptureArgument.load(path, terminal);
    Subject subject = new Subject(capture, new JournalEvidence(path, Dom0Rules.of(capture)));
    List<Finding> findings = Audit.of(subject);
    List<String> proofs = Audit.proofs(subject);
    if (json) {
      ObjectNode answer = AuditJson.of(findings);
      proofs.forEach(answer.putArray("proven")::add);
      terminal.out().println(answer.toPrettyString());
    } else {
      Paint paint = new Paint(terminal.colours());
      List<String> lines = new ArrayList<>(AuditScreen.lines(findings, paint));
      lines.addAll(AuditScreen.proofs(proofs, paint));
      lines.forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    return findings.isEmpty() ? Rulewalk.YES : Rulewalk.NO;
  }
}
