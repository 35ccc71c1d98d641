package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rulewalk.diagnostics.reach.Cell;
import org.rulewalk.diagnostics.reach.Reach;
import org.rulewalk.diagnostics.why.Answer;

/** Who reaches whom, for people: what gets through, and in one line each what does not. */
public final class ReachScreen {
  private static final int MOST_CAUSES = 3;
  private static final int MOST_LINES = 40;
  private static final int WIDE = 40;
  private static final int LONGEST = 160;

  private static final String IN_VAIN = "arrives, but no connection comes of it: ";

  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private ReachScreen(Paint paint, boolean verbose) {
    this.paint = paint;
    this.verbose = verbose;
  }

  /**
   * All lines.
   *
   * @param verbose whether what does not get through is told with what stops it
   */
  public static List<String> lines(
      List<Cell> cells, Reach.Filter filter, Paint paint, boolean verbose) {
    ReachScreen screen = new ReachScreen(paint, verbose);
    screen.headline(cells, filter);
    if (filter.to().isPresent() && filter.from().isEmpty()) {
      screen.whoReaches(cells, filter.to().get());
    } else {
      screen.byAsker(cells);
    }
    return screen.cut();
  }

  private List<String> cut() {
    if (verbose || lines.size() <= MOST_LINES) {
      return lines;
    }
    List<String> some = new ArrayList<>(lines.subList(0, MOST_LINES - 1));
    some.add(
        paint.faint(
            "… "
                + (lines.size() - some.size())
                + " more lines: -v shows them, --from and --to ask about one machine"));
    return some;
  }

  private void headline(List<Cell> cells, Reach.Filter filter) {
    String on = filter.service().map(service -> " on " + service.text()).orElse("");
    Optional<String> from = filter.from();
    Optional<String> to = filter.to();
    boolean passes = cells.stream().anyMatch(cell -> is(cell, Answer.Verdict.REACHABLE));
    String question =
        from.isPresent() && to.isPresent()
            ? "What of " + from.get() + " reaches " + to.get() + on + "?"
            : from.map(name -> "Whom does " + name + " reach" + on + "?")
                .or(() -> to.map(name -> "Who reaches " + name + on + "?"))
                .orElse("Who reaches whom" + on + "?");
    boolean arrives = cells.stream().anyMatch(cell -> cell.inVain().isPresent());
    String nothing = arrives ? "No connection comes about." : "Nothing gets through.";
    lines.add(paint.strong(question) + (passes ? "" : "   " + paint.bad(nothing)));
  }

  private static boolean is(Cell cell, Answer.Verdict verdict) {
    return cell.verdict() == verdict;
  }

  private void byAsker(List<Cell> cells) {
    Map<String, List<Integer>> askers = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      askers.computeIfAbsent(cells.get(i).from(), unused -> new ArrayList<>()).add(i);
    }
    askers.forEach(
        (from, numbers) -> {
          lines.add("");
          lines.add("from " + paint.strong(from));
          told(cells, numbers, Cell::to);
        });
  }

  private void whoReaches(List<Cell> cells, String to) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      numbers.add(i);
    }
    lines.add("");
    told(
        cells,
        numbers,
        cell -> cell.to().equals(to) ? cell.from() : cell.from() + " by " + cell.to());
  }

  private void told(List<Cell> cells, List<Integer> numbers, Function<Cell, String> name) {
    Set<String> answered = new LinkedHashSet<>();
    Set<String> closed = new LinkedHashSet<>();
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int number : numbers) {
      Cell cell = cells.get(number);
      boolean blocked = is(cell, Answer.Verdict.BLOCKED);
      boolean arrives = cell.inVain().isPresent();
      (blocked && !arrives ? closed : answered).add(name.apply(cell));
      if (verbose || !blocked || arrives) {
        groups.computeIfAbsent(group(cell, number), unused -> new ArrayList<>()).add(number);
      }
    }
    closed.removeAll(answered);
    Map<String, String> names = new LinkedHashMap<>();
    groups.forEach(
        (key, some) ->
            names.put(
                key,
                String.join(", ", some.stream().map(cells::get).map(name).distinct().toList())));
    int width =
        names.values().stream().mapToInt(String::length).filter(w -> w <= WIDE).max().orElse(0);
    groups.forEach((key, some) -> line(cells.get(some.get(0)), some, names.get(key), width));
    if (!closed.isEmpty() && !verbose) {
      lines.add(paint.faint("  ✗ nothing: " + String.join(", ", closed)));
    }
  }

  /** Cells with the same words share a line. */
  private String group(Cell cell, int number) {
    return verbose ? "" + number : cell.verdict() + what(cell) + cell.end() + cell.open();
  }

  /** What of a cell is told. */
  private String what(Cell cell) {
    return verbose || cell.inVain().isEmpty()
        ? PacketsWords.of(cell.packets())
        : IN_VAIN + PacketsWords.of(cell.inVain().get());
  }

  private void line(Cell cell, List<Integer> numbers, String who, int width) {
    String mark =
        is(cell, Answer.Verdict.REACHABLE)
            ? paint.good("✓")
            : is(cell, Answer.Verdict.UNDECIDED)
                ? paint.open("?")
                : cell.inVain().isEmpty() || verbose ? paint.bad("✗") : paint.faint("·");
    String end = cell.end().map(machine -> "   (ends in " + machine + ")").orElse("");
    String cells =
        String.join(" ", numbers.stream().map(number -> "" + (number + 1)).limit(3).toList());
    lines.add(
        "  "
            + mark
            + " "
            + who
            + " ".repeat(Math.max(0, width - who.length()))
            + "  "
            + cut(what(cell))
            + end
            + paint.faint("   [" + cells + (numbers.size() > 3 ? " …" : "") + "]"));
    if (is(cell, Answer.Verdict.UNDECIDED)) {
      cell.open().stream().limit(verbose ? cell.open().size() : 1).forEach(this::detail);
    }
    if (verbose) {
      stops(cell);
    }
  }

  private String cut(String packets) {
    return verbose || packets.length() <= LONGEST
        ? packets
        : packets.substring(0, LONGEST) + " … (-v shows all)";
  }

  private void stops(Cell cell) {
    cell.stops().stream()
        .limit(MOST_CAUSES)
        .forEach(
            stop ->
                detail(PacketsWords.of(stop.packets()) + ": " + CauseWords.sentence(stop.cause())));
    if (cell.stops().size() > MOST_CAUSES) {
      detail("and " + (cell.stops().size() - MOST_CAUSES) + " more causes (--json has all)");
    }
  }

  private void detail(String text) {
    lines.add(paint.faint("      " + text));
  }
}
