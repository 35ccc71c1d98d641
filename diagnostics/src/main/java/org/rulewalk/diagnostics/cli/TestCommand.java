package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.json.TestJson;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.reach.Checked;
import org.rulewalk.diagnostics.reach.Expecting;
import org.rulewalk.diagnostics.text.JunitReport;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.TestScreen;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.expect.Expectation;
import org.rulewalk.parsers.expect.ExpectationReader;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.SourceText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code test}: whether a capture does what is expected of it. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Checks expectations: what must get through, and what must not.",
      "Each line of the YAML file is held, broken (with a packet that shows it) or undecided."
    },
    footer = {
      "",
      "Expectations:",
      "  expect:",
      "    - allow: {from: outside, to: 192.168.1.10, service: tcp/443}",
      "    - deny:  {from: work, to: untrusted}            no service at all",
      "    - only:  {to: work, from: [192.168.1.0/24], services: [tcp/443]}",
      "      name: nobody else reaches the web server",
      "",
      "allow: from every address of a prefix; a name is the address that \"why\" takes.",
      "deny, only: from no address to any, forwarded ports included. \"only\" says what may be, not that",
      "it works. Without \"from\": anybody, on these services. Without \"services\": these, on any.",
      "",
      "Examples:",
      "  rulewalk test capture/ expectations.yaml",
      "  rulewalk test capture.tar.gz expectations.yaml --junit report.xml",
      "",
      "Exit status: 0 all held, 1 one is broken, 2 bad usage or input, 3 one cannot be decided."
    })
final class TestCommand implements Callable<Integer>, Commands.Printing {
  private static final long MOST_BYTES = 1 << 20;
  private static final int LONGEST_LINE = 120;

  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Parameters(index = "1", paramLabel = "EXPECTATIONS", description = "A YAML file.")
  private Path file;

  @Option(names = "--junit", paramLabel = "FILE", description = "Also write JUnit XML to a file.")
  private Optional<Path> junit = Optional.empty();

  @Option(names = "--json", description = "Print rulewalk-test/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show every line that holds, however many there are.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    List<Expectation> expectations = expectations();
    Capture capture = CaptureArgument.load(path, terminal);
    JournalEvidence evidence = JournalEvidence.of(path, capture);
    Expecting expecting =
        new Expecting(
            StoppedVms.in(capture.network(), evidence.surroundings()),
            evidence,
            new BoundPorts(capture));
    List<Checked> all = check(expecting, expectations);
    junit.ifPresent(where -> write(where, JunitReport.of(all, file.toString(), path.toString())));
    if (json) {
      terminal.out().println(TestJson.of(all).toPrettyString());
    } else {
      TestScreen.lines(all, path.toString(), new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    return status(all);
  }

  private List<Checked> check(Expecting expecting, List<Expectation> expectations) {
    Progress progress = new Progress(terminal, "checking");
    List<Checked> all = new ArrayList<>();
    try {
      for (Expectation expectation : expectations) {
        double many = expectations.size();
        all.add(expecting.check(expectation, share -> progress.at((all.size() + share) / many)));
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    } finally {
      progress.done();
    }
    return all;
  }

  private List<Expectation> expectations() {
    byte[] bytes;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new BadInput(file + ": larger than " + (MOST_BYTES >> 20) + " MiB");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInput(file + ": can't be read: " + e.getMessage());
    }
    ExpectationReader.Expectations read =
        ExpectationReader.read(SourceText.decode(file.toString(), bytes));
    if (!read.problems().isEmpty()) {
      Problem first = read.problems().get(0);
      throw new BadInput(
          first.where()
              + (first.where().column() > 0 ? ":" + first.where().column() : "")
              + ": "
              + first.message()
              + (first.where().text().isBlank() ? "" : "\n  " + cut(first.where().text()))
              + "\n  "
              + first.help());
    }
    return read.list();
  }

  private static String cut(String line) {
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + " …";
  }

  private static void write(Path where, String text) {
    try {
      Files.writeString(where, text);
    } catch (IOException e) {
      throw new BadInput(where + ": can't be written: " + e.getMessage());
    }
  }

  private static int status(List<Checked> all) {
    if (all.stream().anyMatch(each -> each.result() == Checked.Result.BROKEN)) {
      return Rulewalk.NO;
    }
    boolean open = all.stream().anyMatch(each -> each.result() == Checked.Result.UNDECIDED);
    return open ? Rulewalk.UNDECIDED : Rulewalk.YES;
  }
}
