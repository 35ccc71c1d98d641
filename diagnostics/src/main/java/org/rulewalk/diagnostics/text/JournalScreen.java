package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.journal.Found;
import org.rulewalk.diagnostics.journal.Logged;
import org.rulewalk.diagnostics.journal.Message;
import org.rulewalk.diagnostics.journal.Report;
import org.rulewalk.diagnostics.journal.Severity;
import org.rulewalk.diagnostics.journal.Unknown;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Trace;

/** What journals say, for people: worst first. */
public final class JournalScreen {
  private static final Set<Message> CRASHES =
      EnumSet.of(Message.SCRIPT_FORMAT, Message.SCRIPT_PERMISSION, Message.CRASH, Message.NO_NFT);
  private static final Set<Message> ECHOES =
      EnumSet.of(Message.UNIT_EXITED, Message.UNIT_FAILED, Message.UNIT_RESTARTED);
  private static final int MOST_LOGGED = 8;
  private static final int MOST_UNKNOWN = 5;

  private final Report report;
  private final Network network;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private JournalScreen(Report report, Network network, Paint paint, boolean verbose) {
    this.report = report;
    this.network = network;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param verbose whether all is shown, also what is as it should be, and each logged packet's way
   */
  public static List<String> lines(Report report, Network network, Paint paint, boolean verbose) {
    JournalScreen screen = new JournalScreen(report, network, paint, verbose);
    screen.found();
    screen.logged();
    screen.unknown();
    screen.journals();
    return screen.lines;
  }

  private void found() {
    long hidden = 0;
    for (Found found : report.found()) {
      if (found.severity() == Severity.FINE && !verbose) {
        hidden++;
      } else if (!verbose && isEcho(found)) {
        lines.add(
            paint.faint(
                "          " + found.machine() + ": systemd says so too, " + place(found.first())));
        lines.add("");
      } else {
        found(found);
      }
    }
    if (report.found().size() == hidden) {
      lines.add(paint.good("Nothing that these journals say about the firewall is wrong."));
      lines.add("");
    }
  }

  /** What systemd says of a service whose own last words are told already. */
  private boolean isEcho(Found found) {
    return ECHOES.contains(found.message())
        && found.first().unit().equals("PedOS-firewall.service")
        && report.found().stream()
            .anyMatch(
                other ->
                    other.machine().equals(found.machine()) && CRASHES.contains(other.message()));
  }

  private void found(Found found) {
    JournalWords.Explanation words = JournalWords.of(found);
    lines.add(mark(found.severity()) + " " + paint.strong(found.machine()) + "   " + times(found));
    lines.addAll(Lines.wrapped(words.happened(), "    "));
    if (found.severity() != Severity.FINE) {
      lines.addAll(Lines.wrapped("Effect: " + words.effect(), "    "));
      lines.addAll(Lines.wrapped("Do:     " + words.advice(), "    "));
    }
    if (!found.detail().isEmpty()) {
      lines.addAll(Lines.wrapped("Command: " + found.detail(), "    "));
    }
    found
        .cause()
        .ifPresent(
            source ->
                lines.addAll(Lines.wrapped("Comes from " + source + ": " + source.text(), "    ")));
    lines.add("    " + paint.faint(place(found.first()) + ": " + cut(found.first().message())));
    lines.add("");
  }

  private String mark(Severity severity) {
    switch (severity) {
      case BROKEN:
        return paint.bad("✗ BROKEN ");
      case BLOCKED:
        return paint.bad("✗ BLOCKED");
      case PARTLY:
        return paint.open("! PARTLY ");
      case LOST:
        return paint.open("! LOST   ");
      default:
        return paint.good("  fine   ");
    }
  }

  private static String times(Found found) {
    return times(found.count(), found.first().time(), found.lastTime());
  }

  private static String times(long count, String first, String last) {
    String when = first.isEmpty() ? "" : first;
    return count == 1
        ? when
        : count
            + " times"
            + (first.equals(last) || first.isEmpty() ? "" : ", " + first + " to " + last);
  }

  private static String place(JournalEntry entry) {
    return Lines.place(entry.source());
  }

  private static String cut(String message) {
    String line = message.replace('\n', ' ');
    return line.length() > 160 ? line.substring(0, 160) + "…" : line;
  }

  private void logged() {
    if (report.logged().isEmpty()) {
      return;
    }
    long all = report.logged().stream().mapToLong(Logged::count).sum();
    lines.add(paint.strong("Logged packets") + "   " + all + " lines");
    int most = verbose ? report.logged().size() : Math.min(MOST_LOGGED, report.logged().size());
    report.logged().subList(0, most).forEach(this::logged);
    if (most < report.logged().size()) {
      lines.add("  … and " + (report.logged().size() - most) + " more (-v or --json list them)");
    }
    lines.add("");
  }

  private void logged(Logged logged) {
    lines.add(
        "  "
            + paint.strong(logged.machine())
            + "   "
            + LoggedWords.packet(logged.packet())
            + "   "
            + times(logged.count(), logged.first().time(), logged.lastTime()));
    lines.addAll(Lines.wrapped("Logged by " + LoggedWords.rules(logged), "      "));
    String fate = LoggedWords.fate(logged.fate(), CauseWords::sentence);
    boolean stopped = logged.fate() instanceof Logged.Fate.Stopped;
    List<String> today = Lines.wrapped("Today: " + fate, "      ");
    lines.add(stopped ? "    " + paint.bad("✗") + " " + today.get(0).strip() : today.get(0));
    lines.addAll(today.subList(1, today.size()));
    if (!logged.remarks().isEmpty()) {
      String remarks =
          logged.remarks().stream().map(LoggedWords::remark).collect(Collectors.joining(" "));
      lines.addAll(Lines.wrapped("Note: " + remarks, "      "));
    }
    lines.add("      " + paint.faint(place(logged.first())));
    if (verbose) {
      LoggedWords.trace(logged.fate()).ifPresent(this::way);
    }
  }

  private void way(Trace trace) {
    new PathScreen(network, paint, false)
        .lines(trace.requestPath())
        .forEach(line -> lines.add("    " + line));
  }

  private void unknown() {
    if (report.unknown().isEmpty()) {
      return;
    }
    lines.add(paint.strong("Not explained") + "   of the firewall's own units");
    int most = verbose ? report.unknown().size() : Math.min(MOST_UNKNOWN, report.unknown().size());
    for (Unknown unknown : report.unknown().subList(0, most)) {
      String count = unknown.count() == 1 ? "" : unknown.count() + " times: ";
      lines.add(
          "  "
              + Lines.pad(unknown.machine(), 14)
              + count
              + unknown.first().identifier()
              + ": "
              + cut(unknown.first().message())
              + "  "
              + paint.faint(place(unknown.first())));
    }
    if (most < report.unknown().size()) {
      lines.add("  … and " + (report.unknown().size() - most) + " more (-v or --json list them)");
    }
    lines.add("");
  }

  private void journals() {
    for (Report.Journal journal : report.journals()) {
      String broken =
          journal.summary().broken() == 0
              ? ""
              : "; "
                  + journal.summary().broken()
                  + " lines are none of a journal, the first is line "
                  + journal.summary().firstBroken();
      lines.add(
          paint.faint(
              "Read: "
                  + journal.file()
                  + ", "
                  + journal.summary().entries()
                  + " messages"
                  + broken));
    }
    if (report.uncounted() > 0) {
      lines.add(
          paint.faint("And " + report.uncounted() + " messages of too many different kinds."));
    }
  }
}
