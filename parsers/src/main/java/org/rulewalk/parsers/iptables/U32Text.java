package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.rules.XtMatch.U32;

/** Reads the little language of {@code --u32} (extensions/libxt_u32.c). */
final class U32Text {
  private static final int MOST = 10;

  private final String text;
  private int at;

  private U32Text(String text) {
    this.text = text;
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
