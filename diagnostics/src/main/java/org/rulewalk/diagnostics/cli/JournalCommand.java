package org.rulewalk.diagnostics.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.journal.Digest;
import org.rulewalk.diagnostics.journal.Narrowing;
import org.rulewalk.diagnostics.journal.Report;
import org.rulewalk.diagnostics.json.JournalJson;
import org.rulewalk.diagnostics.text.JournalScreen;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureJournals;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.journal.JournalReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code journal}: what the firewall's journals say, explained. */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    description =
        "What the journals say about the firewall: what happened, its effect on packets, what to do;"
            + " and what today's rules do with the packets that were logged.",
    footer = {
      "",
      "Examples:",
      "  rulewalk journal capture/",
      "  rulewalk journal capture.tar.gz --machine sys-firewall --since 2026-01-12",
      "  rulewalk journal journal.txt",
      "",
      "Exit status: 0 nothing wrong, 1 something found, 2 no journal, or it can't be read."
    })
final class JournalCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single journal.")
  private Path path;

  @Option(
      names = "--machine",
      paramLabel = "MACHINE",
      description = "Only this machine's journal (dom0 for dom0's).")
  private String machine;

  @Option(
      names = "--vm",
      paramLabel = "VM",
      description = "Only what concerns this VM, by its name or address.")
  private String vm;

  @Option(
      names = "--since",
      paramLabel = "DATE",
      description =
          "Only from then on: 2026-01-12 or 2026-01-12T09:30, in the time of the journal (JSON: UTC). Messages"
              + " without a date are kept; those without a year get that of DATE.")
  private String since;

  @Option(names = "--json", description = "Print rulewalk-journal/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show also what is as it should be, and each logged packet's way.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Optional<LocalDateTime> from = Optional.ofNullable(since).map(JournalCommand::date);
    CaptureJournals journals = journals();
    Capture capture = CaptureLoader.load(path);
    terminal.out().speak(capture.naming());
    Digest digest = new Digest(capture);
    List<Report.Journal> read = read(journals, digest, from);
    Report report = digest.report(read);
    if (vm != null) {
      report = Narrowing.to(vm, report, capture.network());
    }
    if (json) {
      terminal.out().println(JournalJson.of(report, capture.network()).toPrettyString());
    } else {
      JournalScreen.lines(report, capture.network(), new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    long messages = read.stream().mapToLong(journal -> journal.summary().entries()).sum();
    if (messages == 0 && read.stream().anyMatch(journal -> journal.summary().broken() > 0)) {
      throw new BadInput(path + ": no line of it is one of a journal");
    }
    boolean something =
        report.isTroubled() || !report.logged().isEmpty() || !report.unknown().isEmpty();
    return something ? Rulewalk.NO : Rulewalk.YES;
  }

  private static LocalDateTime date(String text) {
    try {
      return text.length() > 10
          ? LocalDateTime.parse(text.replace(' ', 'T'))
          : LocalDate.parse(text).atStartOfDay();
    } catch (DateTimeParseException e) {
      throw new BadInput("\"" + text + "\" is no date; write 2026-01-12 or 2026-01-12T09:30");
    }
  }

  private CaptureJournals journals() {
    CaptureJournals journals;
    try {
      journals = CaptureJournals.of(path);
    } catch (IOException e) {
      throw new BadInput(path + ": can't be read: " + e.getMessage());
    }
    List<String> machines = journals.machines();
    if (machines.isEmpty()) {
      throw new BadInput(
          path
              + ": there is no journal in it (vms/MACHINE/journal.txt or .json, dom0/journal.txt);"
              + " \"rulewalk capture-script\" collects them");
    }
    if (machine != null && !machines.contains(machine)) {
      throw new BadInput(
          "there is no journal of \"" + machine + "\"; there are: " + String.join(", ", machines));
    }
    return journals;
  }

  private List<Report.Journal> read(
      CaptureJournals journals, Digest digest, Optional<LocalDateTime> from) {
    List<Report.Journal> read = new ArrayList<>();
    long size = Math.max(1, journals.sizeBytes(this::isWanted));
    int year = from.map(LocalDateTime::getYear).orElse(LocalDate.now().getYear());
    Progress progress = new Progress(terminal, "journals");
    Counting counting = new Counting(progress, size);
    try {
      journals.read(
          this::isWanted,
          (name, file, in) -> {
            JournalReader.Summary summary =
                JournalReader.read(
                    file,
                    counting.of(in),
                    year,
                    entry -> {
                      boolean late =
                          from.isEmpty()
                              || entry.at().isEmpty()
                              || !entry.at().get().isBefore(from.get());
                      if (late) {
                        digest.take(name, entry);
                      }
                    });
            read.add(new Report.Journal(name, file, summary));
          });
    } catch (IOException e) {
      terminal
          .err()
          .println(
              Terminal.harmless(
                  "rulewalk: "
                      + path
                      + " breaks off ("
                      + e.getMessage()
                      + "); what was read before counts"));
    } finally {
      progress.done();
    }
    return read;
  }

  private boolean isWanted(String name) {
    return machine == null || machine.equals(name);
  }

  /** Tells the progress how much of all journals was read. */
  private static final class Counting {
    private final Progress progress;
    private final long all;
    private long done;

    Counting(Progress progress, long all) {
      this.progress = progress;
      this.all = all;
    }

    InputStream of(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int count = super.read(bytes, offset, length);
          done += Math.max(0, count);
          progress.at((double) done / all);
          return count;
        }
      };
    }
  }
}
