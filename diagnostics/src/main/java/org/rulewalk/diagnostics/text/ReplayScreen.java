package org.rulewalk.diagnostics.text;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.replay.Against;
import org.rulewalk.diagnostics.replay.CounterCheck;
import org.rulewalk.diagnostics.replay.Disagreements;
import org.rulewalk.diagnostics.replay.Drops;
import org.rulewalk.diagnostics.replay.ReplayReport;
import org.rulewalk.diagnostics.replay.RuleCounts;
import org.rulewalk.diagnostics.replay.Totals;
import org.rulewalk.parsers.recording.Troubles;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** What recorded traffic met, for people. */
public final class ReplayScreen {
  private static final int MOST_DROPS = 8;
  private static final int MOST_RULES = 12;
  private static final int MOST_OTHERS = 6;

  private final ReplayReport report;
  private final String capture;
  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private ReplayScreen(ReplayReport report, String capture, Paint paint, boolean verbose) {
    this.report = report;
    this.capture = capture;
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * The lines of the screen.
   *
   * @param capture how the user names the capture
   * @param verbose whether all rules and flows are shown
   */
  public static List<String> lines(
      ReplayReport report, String capture, Paint paint, boolean verbose) {
    ReplayScreen screen = new ReplayScreen(report, capture, paint, verbose);
    screen.totals();
    screen.against();
    screen.drops();
    screen.rules();
    screen.disagreements();
    screen.counterCheck();
    screen.notes();
    return screen.lines;
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private void totals() {
    Totals totals = report.replay().totals();
    if (totals.packets() == 0) {
      lines.add(paint.open("No packet of these recordings could be replayed."));
      return;
    }
    Duration span = Duration.ofNanos(totals.lastNanos() - totals.firstNanos());
    lines.add(
        paint.strong(number(totals.packets()) + " packets")
            + ", "
            + number(totals.bytes())
            + " bytes, "
            + ReplayCsv.time(totals.firstNanos())
            + " and "
            + words(span)
            + " on"
            + (report.complete() ? "" : paint.open("  (stopped before the end)")));
    lines.add(
        "  came in "
            + number(totals.arrived())
            + "; by machine: delivered "
            + number(totals.delivered())
            + ", forwarded "
            + number(totals.forwarded())
            + ", "
            + (totals.dropped() == 0
                ? "none dropped"
                : paint.bad("dropped " + number(totals.dropped()))));
    lines.add(
        "  went out "
            + number(totals.left())
            + ", "
            + number(totals.agreed())
            + " of them as foretold ("
            + number(totals.own())
            + " made by the machines themselves)");
    if (totals.carriedOn() + totals.inferred() > 0) {
      lines.add(
          "  where nothing is recorded: "
              + number(totals.carriedOn())
              + " went on by the model, "
              + number(totals.inferred())
              + " must have come in there");
    }
    lines.add("");
  }

  private static String words(Duration span) {
    long seconds = span.toSeconds();
    if (seconds >= 86400) {
      return seconds / 86400 + " d " + seconds % 86400 / 3600 + " h";
    }
    if (seconds >= 3600) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds >= 60
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : String.format(Locale.ROOT, "%.3f s", span.toNanos() / 1e9);
  }

  private void against() {
    if (report.against().isEmpty()) {
      return;
    }
    List<Against.Change> changes = report.against().get().changes();
    if (changes.isEmpty()) {
      lines.add(paint.good("With the other rules, no packet of this traffic changes its fate."));
      lines.add("");
      return;
    }
    lines.add(paint.strong("With the other rules"));
    int shown = shown(changes.size(), MOST_DROPS);
    for (Against.Change change : changes.subList(0, shown)) {
      boolean worse = change.after() == Against.Fate.DROPPED;
      String what = worse ? paint.bad("✗ is dropped") : paint.good("✓ passes");
      lines.add(
          "  "
              + what
              + " in "
              + change.machine()
              + "   "
              + change.flow()
              + "   "
              + number(change.packets())
              + " packets");
      change
          .cause()
          .ifPresent(cause -> lines.addAll(Lines.wrapped(CauseWords.sentence(cause), "      ")));
    }
    rest(changes.size() - shown, "further flows");
    lines.add("");
  }

  private int shown(int all, int most) {
    return verbose ? all : Math.min(all, most);
  }

  private void rest(int count, String what) {
    if (count > 0) {
      lines.add(paint.faint("  and " + number(count) + " " + what + " (-v)"));
    }
  }

  private void drops() {
    List<Drops.Drop> drops = report.replay().drops().all();
    if (drops.isEmpty()) {
      return;
    }
    lines.add(paint.strong("Dropped"));
    int shown = shown(drops.size(), MOST_DROPS);
    for (Drops.Drop drop : drops.subList(0, shown)) {
      lines.add(
          "  "
              + paint.bad("✗")
              + " "
              + Lines.pad(drop.machine(), 14)
              + drop.flow()
              + "   "
              + number(drop.packets())
              + (drop.packets() == 1 ? " packet" : " packets"));
      drop.cause()
          .ifPresent(
              cause -> {
                lines.addAll(Lines.wrapped(CauseWords.sentence(cause), "      "));
                cause.source().ifPresent(source -> lines.add("      " + Lines.place(source)));
              });
      if (drop.flow().canBeAsked()) {
        lines.add(
            paint.faint(
                "      rulewalk why "
                    + capture
                    + " "
                    + drop.flow().source()
                    + " "
                    + drop.flow().destination()
                    + " "
                    + drop.flow().serviceWord()));
      }
    }
    rest(drops.size() - shown, "further groups");
    if (report.replay().drops().ungrouped() > 0) {
      lines.add(
          "  and "
              + number(report.replay().drops().ungrouped())
              + " packets of flows that were too many to keep");
    }
    lines.add("");
  }

  /** A rule or policy with what it counted. */
  private record Row(
      String machine, Table table, Chain chain, int rule, Source source, RuleCounts.Count count) {}

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Machine machine : report.replay().network().machines().values()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            rows.add(
                new Row(
                    machine.name(),
                    table,
                    chain,
                    rule.number(),
                    rule.source(),
                    report.replay().counts().of(rule)));
          }
          if (chain instanceof Chain.Base) {
            rows.add(
                new Row(
                    machine.name(),
                    table,
                    chain,
                    0,
                    ((Chain.Base) chain).policySource(),
                    report.replay().counts().of(chain)));
          }
        }
      }
    }
    return rows;
  }

  private void rules() {
    List<Row> rows = rows();
    List<Row> hit =
        rows.stream()
            .filter(row -> row.count().packets() > 0)
            .sorted(Comparator.comparingLong(row -> -row.count().packets()))
            .toList();
    List<Row> idle =
        rows.stream().filter(row -> row.rule() > 0 && row.count().matched() == 0).toList();
    if (!hit.isEmpty()) {
      lines.add(paint.strong("Rules") + paint.faint("            packets         bytes"));
      int shown = shown(hit.size(), MOST_RULES);
      hit.subList(0, shown).forEach(this::row);
      rest(hit.size() - shown, "further rules that counted");
    }
    lines.add(
        "  "
            + number(idle.size())
            + " of "
            + number(rows.stream().filter(row -> row.rule() > 0).count())
            + " rules matched no packet of this traffic"
            + (verbose || idle.isEmpty() ? "" : paint.faint("  (-v)")));
    if (verbose) {
      idle.forEach(
          row ->
              lines.add(
                  paint.faint(
                      "      "
                          + row.machine()
                          + "  "
                          + Lines.place(row.source())
                          + "  "
                          + row.source().text().strip())));
    }
    lines.add("");
  }

  private void row(Row row) {
    lines.add(
        String.format(Locale.ROOT, "  %,18d %,13d  ", row.count().packets(), row.count().bytes())
            + row.machine()
            + "  "
            + CauseWords.table(row.table())
            + " "
            + row.chain().name()
            + (row.rule() == 0 ? " policy" : " rule " + row.rule())
            + "  "
            + paint.faint(Lines.place(row.source())));
    if (verbose) {
      lines.add(
          paint.faint(
              "      "
                  + ReplayCsv.time(row.count().firstNanos())
                  + " … "
                  + ReplayCsv.time(row.count().lastNanos())
                  + "  "
                  + row.source().text().strip()));
    }
  }

  private void disagreements() {
    List<Disagreements.Disagreement> all = report.replay().disagreements().all();
    if (all.isEmpty()) {
      return;
    }
    lines.add(paint.strong("The recording says otherwise"));
    int shown = shown(all.size(), MOST_OTHERS);
    for (Disagreements.Disagreement each : all.subList(0, shown)) {
      lines.addAll(
          Lines.wrapped(
              "  "
                  + each.machine()
                  + " "
                  + each.device()
                  + ": "
                  + each.flow()
                  + ", "
                  + number(each.packets())
                  + (each.packets() == 1 ? " packet " : " packets ")
                  + said(each)
                  + " ("
                  + each.file()
                  + ", packet "
                  + each.number()
                  + ")",
              "    "));
    }
    rest(all.size() - shown, "further groups");
    lines.add("");
  }

  private static String said(Disagreements.Disagreement each) {
    switch (each.kind()) {
      case NOT_SEEN:
        return "should have left, and were not seen to: lost, or this capture's rules are not those of"
            + " the recording";
      case NOT_PREDICTED:
        return "left, and were not foretold: what they came from is not in the recording, or was"
            + " dropped by the model";
      case SEEN_BUT_DROPPED:
        return "left, but the model drops them"
            + each.cause().map(cause -> ": " + CauseWords.sentence(cause)).orElse("");
      case OTHER_INTERFACE:
        return "left by another interface than the model says";
      default:
        return "that the kernel should have answered with were not seen: a rate limit"
            + " (net.ipv4.icmp_ratelimit), or lost";
    }
  }

  private void counterCheck() {
    if (report.counterCheck().isEmpty()) {
      return;
    }
    CounterCheck check = report.counterCheck().get();
    lines.add(
        paint.strong(
            number(check.agree())
                + " of "
                + number(check.compared())
                + " counters of the capture agree"));
    int shown = shown(check.differences().size(), MOST_OTHERS);
    for (CounterCheck.Difference each : check.differences().subList(0, shown)) {
      lines.add(
          "  "
              + each.machine()
              + "  "
              + each.table()
              + " "
              + each.chain()
              + (each.rule() == 0 ? " policy" : " rule " + each.rule())
              + ": captured "
              + each.captured()
              + "; replayed "
              + each.replayed());
    }
    rest(check.differences().size() - shown, "further counters");
    lines.add("");
  }

  private void notes() {
    for (Troubles.Trouble each : report.troubles()) {
      lines.addAll(
          Lines.wrapped(
              each.file()
                  + ": "
                  + (each.count() == 1
                      ? "packet " + each.first() + " " + each.kind().words()
                      : number(each.count())
                          + " packets, the first of them number "
                          + each.first()
                          + ": each "
                          + each.kind().words()),
              "  "));
    }
    long joined = report.replay().totals().joined();
    if (joined > 0) {
      lines.addAll(
          Lines.wrapped(
              paint.open("assumed: ")
                  + number(joined)
                  + " TCP segments left right behind the one before: the sender's rules saw both as one"
                  + " packet, as its kernel segments behind them; counters of output and postrouting"
                  + " rest on that",
              "  "));
    }
    report
        .replay()
        .assumptions()
        .forEach(text -> lines.addAll(Lines.wrapped(paint.open("assumed: ") + text, "  ")));
  }
}
