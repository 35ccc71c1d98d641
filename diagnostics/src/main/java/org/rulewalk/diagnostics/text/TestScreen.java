package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.reach.Checked;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.parsers.expect.Expectation;

/** Expectations that hold and that don't, for people. */
public final class TestScreen {
  private TestScreen() {}

  /**
   * All lines.
   *
   * @param capture how the capture was named on the command line
   */
  public static List<String> lines(
      List<Checked> all, String capture, Paint paint, boolean verbose) {
    List<String> lines = new ArrayList<>();
    for (Checked checked : all) {
      if (checked.result() == Checked.Result.HELD && !verbose && all.size() > 20) {
        continue;
      }
      lines.add(mark(checked, paint) + " " + checked.expectation().name());
      if (checked.result() != Checked.Result.HELD) {
        details(checked, capture).forEach(text -> lines.add("    " + text));
      }
    }
    lines.add("");
    lines.add(
        count(all, Checked.Result.HELD)
            + " of "
            + all.size()
            + " held, "
            + count(all, Checked.Result.BROKEN)
            + " broken, "
            + count(all, Checked.Result.UNDECIDED)
            + " cannot be decided");
    return lines;
  }

  private static String mark(Checked checked, Paint paint) {
    switch (checked.result()) {
      case HELD:
        return paint.good("✓ held     ");
      case BROKEN:
        return paint.bad("✗ broken   ");
      default:
        return paint.open("? undecided");
    }
  }

  private static long count(List<Checked> all, Checked.Result result) {
    return all.stream().filter(each -> each.result() == result).count();
  }

  /** What is otherwise, why, and how to see it step by step. */
  public static List<String> details(Checked checked, String capture) {
    List<String> lines = new ArrayList<>();
    Answer answer = checked.example().orElseThrow();
    boolean allowed = checked.expectation().kind() == Expectation.Kind.ALLOW;
    String packets = PacketsWords.of(checked.packets());
    if (checked.result() == Checked.Result.UNDECIDED) {
      lines.add("not known of " + packets);
      checked.open().stream().limit(2).forEach(lines::add);
    } else {
      lines.add((allowed ? "does not get through: " : "gets through: ") + packets);
      lines.add(
          "for example "
              + answer.source()
              + " → "
              + answer.question().to().address().map(Object::toString).orElse("?")
              + " "
              + answer.question().service().text());
      lines.add(because(checked).text() + place(because(checked)));
    }
    lines.add("rulewalk why " + capture + " " + ReachWords.question(answer));
    return lines;
  }

  private static String place(PassWords.Passing because) {
    return because.where().isKnown() ? "   " + because.where() : "";
  }

  /** What decides about the example of a broken expectation. */
  public static PassWords.Passing because(Checked checked) {
    Answer answer = checked.example().orElseThrow();
    if (checked.expectation().kind() != Expectation.Kind.ALLOW) {
      return PassWords.of(answer);
    }
    return answer.causes().stream()
        .findFirst()
        .map(
            cause ->
                new PassWords.Passing(
                    CauseWords.sentence(cause),
                    cause.source().orElse(org.rulewalk.simulator.value.Source.NONE)))
        .orElseGet(
            () ->
                new PassWords.Passing(
                    "The answer is: " + answer.result().word() + ".",
                    org.rulewalk.simulator.value.Source.NONE));
  }
}
