package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.rules.XtMatch.U32;

/** Reads the little language of {@code --u32} (extensions/libxt_u32.c). */
final class U32Text {
  private static final int MOST = 10;

  private final String text;
  private int at;

  private U32Text(String text) {
    this.text = text;
  }

  /** The tests as they were written. */
  static Part write(U32 match) {
    String tests = match.tests().stream().map(U32Text::written).collect(Collectors.joining(" && "));
    return Part.match("u32", MatchWords.not(match.negated()) + "--u32 \"" + tests + "\"");
  }

  private static String written(U32.Test test) {
    StringBuilder words = new StringBuilder(StatementWords.hex(test.steps().get(0).number()));
    for (U32.Step step : test.steps().subList(1, test.steps().size())) {
      words.append(sign(step.kind())).append(StatementWords.hex(step.number()));
    }
    return words
        + test.ranges().stream()
            .map(
                r ->
                    StatementWords.hex(r.low())
                        + (r.high() == r.low() ? "" : ":" + StatementWords.hex(r.high())))
            .collect(Collectors.joining(",", "=", ""));
  }

  private static String sign(U32.Step.Kind kind) {
    switch (kind) {
      case AND:
        return "&";
      case LEFT:
        return "<<";
      case RIGHT:
        return ">>";
      default:
        return "@";
    }
  }

  static List<U32.Test> read(String text) {
    U32Text reader = new U32Text(text);
    List<U32.Test> tests = new ArrayList<>();
    do {
      tests.add(reader.test());
    } while (reader.take("&&") && tests.size() <= MOST);
    if (reader.at < text.length()) {
      throw new Misread("`" + text.substring(reader.at) + "` is too much in `--u32`");
    }
    return tests;
  }

  private void blanks() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean take(String sign) {
    blanks();
    boolean found = text.startsWith(sign, at);
    at += found ? sign.length() : 0;
    return found;
  }

  private long number() {
    blanks();
    int start = at;
    while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    return Values.number(text.substring(start, at)) & 0xffffffffL;
  }

  private U32.Test test() {
    List<U32.Step> steps = new ArrayList<>(List.of(new U32.Step(U32.Step.Kind.AT, number())));
    while (!take("=")) {
      steps.add(step());
    }
    List<U32.Bounds> ranges = new ArrayList<>();
    do {
      long low = number();
      ranges.add(new U32.Bounds(low, take(":") ? number() : low));
    } while (take(","));
    return new U32.Test(steps, ranges);
  }

  private U32.Step step() {
    if (take("<<")) {
      return new U32.Step(U32.Step.Kind.LEFT, number());
    }
    if (take(">>")) {
      return new U32.Step(U32.Step.Kind.RIGHT, number());
    }
    if (take("&")) {
      return new U32.Step(U32.Step.Kind.AND, number());
    }
    if (take("@")) {
      return new U32.Step(U32.Step.Kind.AT, number());
    }
    throw new Misread(
        "`" + text.substring(Math.min(at, text.length())) + "` is not known in `--u32`");
  }
}
