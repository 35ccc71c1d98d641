package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.words.Dom0Words;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Source;

/**
 * Findings for people, by machine, worst first. Unless all is asked for, no more than a screen:
 * what does not fit is counted.
 */
public final class AuditScreen {
  private static final String INDENT = "    ";
  private static final int MOST_LINES = 40;
  private static final int MOST_BECAUSE = 2;
  private static final int MOST_COMMANDS = 3;
  private static final int MOST_MACHINES = 5;

  private final Paint paint;
  private final boolean all;
  private final List<String> lines = new ArrayList<>();

  private AuditScreen(Paint paint, boolean all) {
    this.paint = paint;
    this.all = all;
  }

  /**
   * The screen.
   *
   * @param findings worst first
   * @param all whether to show every finding as a whole
   */
  public static List<String> lines(List<Finding> findings, Paint paint, boolean all) {
    AuditScreen screen = new AuditScreen(paint, all);
    if (findings.isEmpty()) {
      screen.lines.add(paint.good("✓") + " Nothing found.");
    } else {
      screen.show(alike(findings));
      screen.counts(findings);
    }
    return screen.lines;
  }

  /** What is proven, a paragraph each. */
  public static List<String> proofs(List<String> proofs, Paint paint) {
    List<String> lines = new ArrayList<>();
    for (String proof : proofs) {
      List<String> wrapped = Lines.wrapped(proof, "  ");
      lines.add(paint.good("✓") + wrapped.get(0).substring(1));
      lines.addAll(wrapped.subList(1, wrapped.size()));
    }
    return lines;
  }

  /** What some checks could not look at, for lack of files. */
  public static List<String> notChecked(Map<String, List<String>> missing) {
    if (missing.isEmpty()) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    missing.entrySet().stream()
        .limit(MOST_MACHINES)
        .forEach(e -> parts.add(e.getKey() + " (" + String.join(", ", e.getValue()) + ")"));
    if (missing.size() > MOST_MACHINES) {
      parts.add("and " + (missing.size() - MOST_MACHINES) + " more");
    }
    return Lines.wrapped(
        "Some checks need files that are not in the capture: " + String.join("; ", parts) + ".",
        "");
  }

  /** Findings that say the same of several lines of one file are said once. */
  private static List<List<Finding>> alike(List<Finding> findings) {
    Map<Finding, List<Finding>> groups = new LinkedHashMap<>();
    for (Finding finding : findings) {
      Source source = finding.source();
      Finding key =
          source.isKnown()
              ? new Finding(
                  finding.id(),
                  finding.severity(),
                  finding.machine(),
                  new Source(source.file(), 0, 0, ""),
                  finding.message(),
                  finding.because(),
                  finding.example(),
                  finding.repair())
              : finding;
      groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(finding);
    }
    return List.copyOf(groups.values());
  }

  /** By machine, the one with the worst finding first; the worst of all get the room there is. */
  private void show(List<List<Finding>> groups) {
    Map<String, List<List<String>>> shown = new LinkedHashMap<>();
    Map<String, List<Finding>> left = new LinkedHashMap<>();
    int used = 0;
    boolean full = false;
    for (List<Finding> group : groups) {
      String machine = group.get(0).machine();
      shown.computeIfAbsent(machine, unused -> new ArrayList<>());
      List<String> paragraph = paragraph(group);
      full |= !all && used > 0 && used + paragraph.size() > MOST_LINES;
      if (full) {
        left.computeIfAbsent(machine, unused -> new ArrayList<>()).addAll(group);
      } else {
        shown.get(machine).add(paragraph);
        used += paragraph.size();
      }
    }
    shown.forEach(
        (machine, paragraphs) -> {
          lines.add(paint.strong(machine));
          paragraphs.forEach(lines::addAll);
          Optional.ofNullable(left.get(machine))
              .ifPresent(
                  rest -> lines.add("  … " + tally(rest) + (paragraphs.isEmpty() ? "" : " more")));
          lines.add("");
        });
  }

  private List<String> paragraph(List<Finding> alike) {
    Finding finding = alike.get(0);
    List<String> text = new ArrayList<>();
    String place = finding.source().isKnown() ? "   " + Lines.place(finding.source()) : "";
    text.add(mark(finding.severity()) + " " + finding.id() + paint.faint(place));
    int most = all ? alike.size() : MOST_BECAUSE;
    for (Finding each : alike.subList(0, Math.min(most, alike.size()))) {
      String line = alike.size() > 1 ? each.source().line() + ": " : "";
      if (!each.source().text().isEmpty()) {
        text.add(INDENT + paint.faint(line + each.source().text()));
      }
    }
    if (alike.size() > 1) {
      text.add(INDENT + "Of each of these " + alike.size() + " lines:");
    }
    text.addAll(Lines.wrapped(finding.message(), INDENT));
    int places = all ? finding.because().size() : MOST_BECAUSE;
    finding.because().stream()
        .limit(places)
        .forEach(
            source -> text.addAll(Lines.wrapped("see " + source + "  " + source.text(), INDENT)));
    if (finding.because().size() > places) {
      text.add(INDENT + "and " + (finding.because().size() - places) + " more places");
    }
    finding.example().ifPresent(e -> text.add(INDENT + "for example " + example(e)));
    finding.repair().ifPresent(repair -> repair(repair, text));
    return text;
  }

  private String mark(Finding.Severity severity) {
    switch (severity) {
      case ERROR:
        return paint.bad("✗ error  ");
      case WARNING:
        return paint.open("! warning");
      default:
        return "· note   ";
    }
  }

  private static String example(Finding.Example example) {
    Packet packet = example.packet();
    boolean ports = Protocol.hasPorts(packet.protocol());
    return packet.source()
        + " → "
        + packet.destination()
        + " "
        + ValueWords.protocol(packet.protocol())
        + (ports ? "/" + packet.destinationPort() : "")
        + example.in().map(device -> ", coming in by " + device).orElse("");
  }

  private void repair(Finding.Repair repair, List<String> text) {
    String where = repair.now().isEmpty() ? "" : " (on " + repair.machine() + ")";
    text.addAll(Lines.wrapped("Do: " + repair.words() + where, INDENT));
    int most = all ? repair.now().size() : MOST_COMMANDS;
    repair.now().stream().limit(most).forEach(command -> text.add(INDENT + "  " + command));
    if (repair.now().size() > most) {
      text.add(INDENT + "  and " + (repair.now().size() - most) + " more commands");
    }
    if (!repair.file().isEmpty()) {
      boolean same = repair.lines().equals(repair.now());
      text.add(
          INDENT
              + (same ? "To keep it, the same in " + repair.file() : "in " + repair.file() + ":"));
      if (!same) {
        int rest = all ? repair.lines().size() : MOST_COMMANDS;
        repair.lines().stream().limit(rest).forEach(line -> text.add(INDENT + "  " + line));
        if (repair.lines().size() > rest) {
          text.add(INDENT + "  and " + (repair.lines().size() - rest) + " more lines");
        }
      }
    }
  }

  private void counts(List<Finding> findings) {
    long machines = findings.stream().map(Finding::machine).distinct().count();
    boolean cut = lines.stream().anyMatch(line -> line.startsWith("  … "));
    lines.add(
        tally(findings)
            + (machines > 1 ? " on " + machines + " machines" : "")
            + (cut ? "; -v shows all" : ""));
  }

  /** {@code 2 errors, 1 warning}. */
  private static String tally(List<Finding> findings) {
    List<String> parts = new ArrayList<>();
    for (Finding.Severity severity : Finding.Severity.values()) {
      long count = findings.stream().filter(f -> f.severity() == severity).count();
      if (count > 0) {
        parts.add(Dom0Words.count((int) count, severity.name().toLowerCase(Locale.ROOT)));
      }
    }
    return String.join(", ", parts);
  }
}
