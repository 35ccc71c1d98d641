package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.diff.CaptureDiff;
import org.rulewalk.diagnostics.diff.Difference;
import org.rulewalk.diagnostics.words.PacketClassWords;
import org.rulewalk.diagnostics.words.TreatmentWords;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.flow.Decision;
import org.rulewalk.simulator.flow.Fate;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.value.Source;

/** Differences for people. */
public final class DiffScreen {
  private static final String INDENT = "  ";
  private static final int FEW_LINES = 2;
  private static final int FEW_GROUPS = 6;

  private final Paint paint;
  private final boolean verbose;
  private final List<String> lines = new ArrayList<>();

  private DiffScreen(Paint paint, boolean verbose) {
    this.paint = paint;
    this.verbose = verbose;
  }

  /** The screen; verbose shows all classes and all their lines. */
  public static List<String> lines(CaptureDiff.Result result, Paint paint, boolean verbose) {
    DiffScreen screen = new DiffScreen(paint, verbose);
    screen.show(result);
    return screen.lines;
  }

  private void show(CaptureDiff.Result result) {
    List<Difference> differences = result.differences();
    if (differences.isEmpty() && result.tooLarge().isEmpty()) {
      lines.add(
          paint.good("✓")
              + " No packet is treated differently: proven for all packets that come in or are sent,"
              + " whatever");
      lines.add("  connections there are. Compared: rules, sets, routes, addresses, settings. A");
      lines.add("  fragment counts as the packet that it is a part of; interfaces count as up.");
    } else if (!differences.isEmpty()) {
      String classes =
          differences.size() == 1
              ? "1 class of packets is"
              : differences.size() + " classes of packets are";
      lines.add(paint.bad("✗") + " " + classes + " treated differently");
    }
    Map<String, List<Difference>> groups = new LinkedHashMap<>();
    differences.forEach(
        each -> groups.computeIfAbsent(title(each), unused -> new ArrayList<>()).add(each));
    int shown = 0;
    for (Map.Entry<String, List<Difference>> group : groups.entrySet()) {
      if (verbose || shown++ < FEW_GROUPS) {
        group(group.getKey(), group.getValue());
      }
    }
    if (!verbose && groups.size() > FEW_GROUPS) {
      lines.add("");
      lines.add("Also, with all of their packets by -v:");
      groups.keySet().stream()
          .skip(FEW_GROUPS)
          .forEach(title -> lines.add(INDENT + title + number(groups.get(title).size())));
    }
    machines("Only in the second capture: ", result.added());
    machines("Only in the first capture: ", result.removed());
    machines(
        "Not decided, the rules are too large to be compared for all packets: ", result.tooLarge());
    machines(
        "Not compared are the copies that rules send elsewhere (TEE, dup), and these differ: ",
        result.copying());
  }

  private void machines(String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add("");
      lines.addAll(
          Lines.wrapped(paint.open("!") + " " + what + String.join(", ", names) + ".", ""));
    }
  }

  private static String number(int classes) {
    return classes == 1 ? "" : "   " + classes + " classes";
  }

  private static String title(Difference difference) {
    String from = TreatmentWords.word(difference.before().treatment());
    String to = TreatmentWords.word(difference.after().treatment());
    boolean sent = difference.start() == MachineFlow.Start.SENT;
    return difference.machine()
        + "   "
        + (from.equals(to) ? from + " otherwise" : from + " → " + to)
        + "   packets that "
        + (sent ? "it sends" : "come in");
  }

  private void group(String title, List<Difference> group) {
    lines.add("");
    lines.add(paint.strong(title) + number(group.size()));
    group.subList(0, verbose ? group.size() : 1).forEach(this::show);
    if (!verbose && group.size() > 1) {
      lines.add(INDENT + "… and " + (group.size() - 1) + " more with other reasons");
    }
  }

  private void show(Difference difference) {
    if (!difference.certain()) {
      lines.add(
          INDENT
              + paint.open("perhaps:")
              + " it depends on what the capture does not tell (routes, a limit, chance, a rule"
              + " that is not understood)");
    }
    int most =
        verbose ? difference.packets().size() : Math.min(FEW_LINES, difference.packets().size());
    difference.packets().subList(0, most).stream()
        .map(PacketClassWords::of)
        .forEach(text -> lines.addAll(Lines.wrapped(text, INDENT + INDENT)));
    if (most < difference.packets().size() || !difference.complete()) {
      int more = difference.packets().size() - most;
      lines.add(
          INDENT
              + INDENT
              + "… and "
              + (difference.complete() ? more : "more than " + more)
              + " more lines");
    }
    because("before", difference.decidedBefore(), difference.before());
    because("after", difference.decidedAfter(), difference.after());
    lines.add(INDENT + "for example " + example(difference) + trial(difference.trial()));
  }

  private void because(String when, Optional<Decision> decision, Fate fate) {
    String words =
        decision.map(DiffScreen::words).orElseGet(() -> TreatmentWords.sentence(fate.treatment()));
    Optional<Source> source =
        decision.map(DiffScreen::source).or(() -> fate.route().map(route -> route.source()));
    lines.add(
        INDENT
            + Lines.pad(when, 8)
            + Lines.pad(words, 44)
            + source.filter(Source::isKnown).map(s -> paint.faint(Lines.place(s))).orElse(""));
    source
        .filter(s -> verbose && s.isKnown() && !s.text().isEmpty())
        .ifPresent(s -> lines.add(INDENT + " ".repeat(8) + paint.faint(s.text().strip())));
  }

  private static String words(Decision decision) {
    String label = PathScreen.label(decision.table(), decision.outcome().chain());
    return decision
        .outcome()
        .rule()
        .map(rule -> label + " rule " + rule.number())
        .orElseGet(() -> label + " policy " + decision.base().policy().word());
  }

  private static Source source(Decision decision) {
    return decision.outcome().rule().map(Rule::source).orElseGet(decision.base()::policySource);
  }

  private static String example(Difference difference) {
    Packet packet = difference.example().packet();
    boolean ports = Protocol.hasPorts(packet.protocol());
    return packet.source()
        + " → "
        + packet.destination()
        + " "
        + ValueWords.protocol(packet.protocol())
        + (ports ? "/" + packet.destinationPort() + "@" + packet.sourcePort() : "")
        + difference.in().map(device -> ", in by " + device).orElse("");
  }

  private static String trial(Difference.Trial trial) {
    switch (trial) {
      case CONFIRMED:
        return " (tried on both)";
      case NOT_SEEN:
        return " (tried: no difference for this one)";
      default:
        return "";
    }
  }
}
