package org.rulewalk.diagnostics.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.audit.Audit;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.audit.Subject;
import org.rulewalk.diagnostics.journal.Digest;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.AuditJson;
import org.rulewalk.diagnostics.json.Sarif;
import org.rulewalk.diagnostics.text.AuditScreen;
import org.rulewalk.diagnostics.text.JournalFindings;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureJournals;
import org.rulewalk.parsers.journal.JournalReader;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
      "  rulewalk audit capture/ -v",
      "  rulewalk audit capture.tar.gz --json",
      "  rulewalk audit capture/ --sarif > audit.sarif",
      "",
      "Exit status: 0 nothing found, 1 something found, 2 bad usage or input,",
      "3 nothing found but something could not be decided."
    })
final class AuditCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @ArgGroup private Form form = new Form();

  @Option(
      names = {"-v", "--verbose"},
      description = "Show every finding, with all places and commands.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  private Terminal terminal;

  /** How it is printed, unless for people. */
  static final class Form {
    @Option(names = "--json", description = "Print rulewalk-audit/1.")
    private boolean json;

    @Option(names = "--sarif", description = "Print SARIF 2.1.0, for code hosts and editors.")
    private boolean sarif;
  }

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Capture capture = CaptureArgument.load(path, terminal);
    Subject subject = new Subject(capture, JournalEvidence.of(path, capture));
    Progress progress = new Progress(terminal, "audit");
    List<Finding> findings = new ArrayList<>(Audit.of(subject, progress::at));
    findings.addAll(ofJournals(capture));
    progress.done();
    findings = Audit.sorted(findings);
    int status = status(findings);
    if (form.sarif) {
      String version = spec.root().version()[0].replaceFirst("^\\S+ ", "");
      terminal.out().println(Sarif.of(findings, capture, path, version, status).toPrettyString());
    } else if (form.json) {
      print(findings, subject);
    } else {
      Paint paint = new Paint(terminal.colours());
      List<String> lines = new ArrayList<>(AuditScreen.lines(findings, paint, verbose));
      lines.addAll(AuditScreen.proofs(Audit.proofs(subject), paint));
      lines.addAll(AuditScreen.notChecked(Audit.notChecked(subject)));
      lines.forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    return status;
  }

  private void print(List<Finding> findings, Subject subject) {
    ObjectNode answer = AuditJson.of(findings);
    Audit.proofs(subject).forEach(answer.putArray("proven")::add);
    ArrayNode open = answer.putArray("notChecked");
    for (Map.Entry<String, List<String>> machine : Audit.notChecked(subject).entrySet()) {
      ObjectNode node = open.addObject().put("machine", machine.getKey());
      machine.getValue().forEach(node.putArray("missing")::add);
    }
    terminal.out().println(answer.toPrettyString());
  }

  private static int status(List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> !finding.isOpen())) {
      return Rulewalk.NO;
    }
    return findings.isEmpty() ? Rulewalk.YES : Rulewalk.UNDECIDED;
  }

  /** What the journals of the capture say of failures; nothing where there are none. */
  private List<Finding> ofJournals(Capture capture) {
    Digest digest = new Digest(capture);
    try {
      CaptureJournals.of(path)
          .read(
              machine -> true,
              (machine, file, in) ->
                  JournalReader.read(
                      file, in, LocalDate.EPOCH.getYear(), entry -> digest.take(machine, entry)));
    } catch (IOException e) {
      // what was read before it broke off counts; "rulewalk journal" tells of the rest
      return JournalFindings.of(digest.report(List.of()));
    }
    return JournalFindings.of(digest.report(List.of()));
  }
}
