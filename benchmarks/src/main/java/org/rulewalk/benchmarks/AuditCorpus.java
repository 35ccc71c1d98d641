package org.rulewalk.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rulewalk.diagnostics.audit.Audit;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.audit.Subject;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;

/**
 * Audits every file below a directory as a bare dump, in one program: how long all take, the
 * slowest ten, how often each kind of finding is told, and what crashed.
 *
 * <p>{@code java … AuditCorpus DIRECTORY}; status 1 if one crashed.
 */
public final class AuditCorpus {
  private static final int SLOWEST = 10;

  private final PrintStream out;
  private final List<Timed> times = new ArrayList<>();
  private final Map<String, Integer> told = new TreeMap<>();
  private int without;
  private int crashed;

  private AuditCorpus(PrintStream out) {
    this.out = out;
  }

  private record Timed(Path file, long nanos, int findings) {}

  /**
   * Audits them.
   *
   * @throws IOException if the directory can't be read
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    AuditCorpus corpus = new AuditCorpus(out);
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    files.forEach(corpus::audit);
    corpus.tell();
    System.exit(corpus.crashed == 0 ? 0 : 1);
  }

  private void audit(Path file) {
    long begin = System.nanoTime();
    try {
      Capture capture = CaptureLoader.load(file);
      if (capture.network().machines().isEmpty()) {
        without++;
        return;
      }
      List<Finding> findings = Audit.of(new Subject(capture, JournalEvidence.of(file, capture)));
      findings.forEach(finding -> told.merge(finding.id(), 1, Integer::sum));
      times.add(new Timed(file, System.nanoTime() - begin, findings.size()));
    } catch (RuntimeException | Error e) {
      crashed++;
      StackTraceElement[] trace = e.getStackTrace();
      out.println(file + ": " + e + (trace.length > 0 ? " at " + trace[0] : ""));
    }
  }

  private void tell() {
    double sum = times.stream().mapToLong(Timed::nanos).sum() / 1e9;
    out.printf(
        Locale.ROOT,
        "%,d files audited in %.0f s, %,d without rules, %d crashed%n",
        times.size(),
        sum,
        without,
        crashed);
    out.println("slowest:");
    times.stream()
        .sorted(Comparator.comparingLong(Timed::nanos).reversed())
        .limit(SLOWEST)
        .forEach(
            one ->
                out.printf(
                    Locale.ROOT,
                    "  %6.2f s  %,d findings  %s%n",
                    one.nanos / 1e9,
                    one.findings,
                    one.file));
    out.println("findings:");
    told.forEach((id, count) -> out.printf(Locale.ROOT, "  %,8d  %s%n", count, id));
  }
}
