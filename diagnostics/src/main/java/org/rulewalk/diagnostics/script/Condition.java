package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** {@code test} and {@code [}. */
final class Condition {
  private final List<String> words;
  private final Predicate<String> fileIsThere;

  /** Words between the brackets; which files are known to be there. */
  Condition(List<String> words, Predicate<String> fileIsThere) {
    this.words = words;
    this.fileIsThere = fileIsThere;
  }

  /** 0 or 1; 2 for what is no test; empty where it can't be told. */
  OptionalInt status() {
    return status(words);
  }

  private OptionalInt status(List<String> asked) {
    switch (asked.size()) {
      case 0:
        return OptionalInt.of(1);
      case 1:
        return of(!asked.get(0).isEmpty());
      case 2:
        return asked.get(0).equals("!")
            ? not(status(asked.subList(1, 2)))
            : unary(asked.get(0), asked.get(1));
      case 3:
        return asked.get(0).equals("!")
            ? not(status(asked.subList(1, 3)))
            : binary(asked.get(0), asked.get(1), asked.get(2));
      case 4:
        return asked.get(0).equals("!") ? not(status(asked.subList(1, 4))) : OptionalInt.empty();
      default:
        return OptionalInt.empty();
    }
  }

  private static OptionalInt of(boolean holds) {
    return OptionalInt.of(holds ? 0 : 1);
  }

  private static OptionalInt not(OptionalInt status) {
    return status.isPresent() ? OptionalInt.of(status.getAsInt() == 0 ? 1 : 0) : status;
  }

  private OptionalInt unary(String operator, String value) {
    switch (operator) {
      case "-n":
        return of(!value.isEmpty());
      case "-z":
        return of(value.isEmpty());
      case "-e":
      case "-f":
      case "-r":
      case "-s":
        return fileIsThere.test(value) ? OptionalInt.of(0) : OptionalInt.empty();
      default:
        return OptionalInt.empty();
    }
  }

  private static OptionalInt binary(String left, String operator, String right) {
    if (operator.equals("=") || operator.equals("==")) {
      return of(left.equals(right));
    }
    if (operator.equals("!=")) {
      return of(!left.equals(right));
    }
    boolean numbers = left.matches("-?\\d{1,9}") && right.matches("-?\\d{1,9}");
    if (!numbers) {
      return operator.startsWith("-") ? OptionalInt.of(2) : OptionalInt.empty();
    }
    int a = Integer.parseInt(left);
    int b = Integer.parseInt(right);
    switch (operator) {
      case "-eq":
        return of(a == b);
      case "-ne":
        return of(a != b);
      case "-lt":
        return of(a < b);
      case "-le":
        return of(a <= b);
      case "-gt":
        return of(a > b);
      case "-ge":
        return of(a >= b);
      default:
        return OptionalInt.empty();
    }
  }
}
