package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Source;

/** Findings for people, worst first. */
public final class AuditScreen {
  private static final String INDENT = "    ";

  private final Paint paint;
  private final List<String> lines = new ArrayList<>();

  private AuditScreen(Paint paint) {
    this.paint = paint;
  }

  /** The screen. */
  public static List<String> lines(List<Finding> findings, Paint paint) {
    AuditScreen screen = new AuditScreen(paint);
    if (findings.isEmpty()) {
      screen.lines.add(paint.good("✓") + " Nothing found.");
    }
    for (List<Finding> alike : alike(findings)) {
      screen.show(alike);
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

  /** Findings that say the same of several lines of one file are said once. */
  private static List<List<Finding>> alike(List<Finding> findings) {
    List<List<Finding>> groups = new ArrayList<>();
    for (Finding finding : findings) {
      Optional<List<Finding>> same =
          groups.stream().filter(group -> isAlike(group.get(0), finding)).findFirst();
      same.ifPresentOrElse(
          group -> group.add(finding), () -> groups.add(new ArrayList<>(List.of(finding))));
    }
    return groups;
  }

  private static boolean isAlike(Finding one, Finding other) {
    return one.id().equals(other.id())
        && one.severity() == other.severity()
        && one.machine().equals(other.machine())
        && one.message().equals(other.message())
        && one.source().isKnown()
        && one.source().file().equals(other.source().file())
        && one.because().equals(other.because())
        && one.example().equals(other.example())
        && one.repair().equals(other.repair());
  }

  private void show(List<Finding> alike) {
    Finding finding = alike.get(0);
    String place = finding.source().isKnown() ? "   " + Lines.place(finding.source()) : "";
    lines.add(
        mark(finding.severity())
            + " "
            + paint.strong(finding.machine())
            + "   "
            + finding.id()
            + paint.faint(place));
    for (Finding each : alike) {
      String line = alike.size() > 1 ? each.source().line() + ": " : "";
      if (!each.source().text().isEmpty()) {
        lines.add(INDENT + paint.faint(line + each.source().text()));
      }
    }
    if (alike.size() > 1) {
      lines.add(INDENT + "Of each of these " + alike.size() + " lines:");
    }
    lines.addAll(Lines.wrapped(finding.message(), INDENT));
    for (Source source : finding.because()) {
      lines.addAll(Lines.wrapped("see " + source + "  " + source.text(), INDENT));
    }
    finding.example().ifPresent(e -> lines.add(INDENT + "for example " + example(e)));
    finding.repair().ifPresent(this::repair);
    lines.add("");
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

  private void repair(Finding.Repair repair) {
    String where = repair.now().isEmpty() ? "" : " (on " + repair.machine() + ")";
    lines.addAll(Lines.wrapped("Do: " + repair.words() + where, INDENT));
    repair.now().forEach(command -> lines.add(INDENT + "  " + command));
    if (!repair.file().isEmpty()) {
      lines.add(INDENT + "in " + repair.file() + ":");
      repair.lines().forEach(line -> lines.add(INDENT + "  " + line));
    }
  }
}
