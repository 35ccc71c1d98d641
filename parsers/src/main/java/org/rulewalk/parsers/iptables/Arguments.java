package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The options of one match or target, as they were written. */
final class Arguments {
  private final List<Option> options = new ArrayList<>();
  private final Set<Option> used = new HashSet<>();

  /**
   * One option.
   *
   * @param negated whether an exclamation mark stood before it or before its value
   */
  record Option(String name, boolean negated, List<String> values) {
    public Option {
      values = List.copyOf(values);
    }

    /** Its only or first value. */
    String value() {
      if (values.isEmpty()) {
        throw new Misread("`--" + name + "` lacks its value");
      }
      return values.get(0);
    }
  }

  /** Reads words that stand behind a match's or target's name. */
  static Arguments of(List<Words.Word> words) {
    Arguments arguments = new Arguments();
    int at = 0;
    while (at < words.size()) {
      boolean negated = words.get(at).text().equals("!") && !words.get(at).quoted();
      at += negated ? 1 : 0;
      if (at >= words.size() || !isOption(words.get(at))) {
        throw new Misread(
            "`" + words.get(Math.min(at, words.size() - 1)).text() + "` is no option");
      }
      String name = words.get(at).text();
      String equals = "";
      int sign = name.indexOf('=');
      if (name.startsWith("--") && sign > 0) {
        equals = name.substring(sign + 1);
        name = name.substring(0, sign);
      }
      at++;
      List<String> values = new ArrayList<>();
      if (!equals.isEmpty()) {
        values.add(equals);
      }
      while (at < words.size() && !isOption(words.get(at)) && !beginsNegation(words, at)) {
        boolean inner =
            words.get(at).text().equals("!") && !words.get(at).quoted() && values.isEmpty();
        negated |= inner;
        if (!inner) {
          values.add(words.get(at).text());
        }
        at++;
      }
      arguments.options.add(
          new Option(name.startsWith("--") ? name.substring(2) : name, negated, values));
    }
    return arguments;
  }

  static boolean isOption(Words.Word word) {
    String text = word.text();
    return !word.quoted()
        && text.length() > 1
        && text.charAt(0) == '-'
        && !Character.isDigit(text.charAt(1));
  }

  static boolean beginsNegation(List<Words.Word> words, int at) {
    return words.get(at).text().equals("!")
        && !words.get(at).quoted()
        && at + 1 < words.size()
        && isOption(words.get(at + 1));
  }

  boolean isEmpty() {
    return options.isEmpty();
  }

  /** The option with one of these names; it counts as understood from then on. */
  Optional<Option> take(String... names) {
    for (Option option : options) {
      if (List.of(names).contains(option.name())) {
        used.add(option);
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  /** Whether an option without value is there. */
  boolean has(String... names) {
    return take(names).isPresent();
  }

  /** All options in the order in which they were written. */
  List<Option> all() {
    return List.copyOf(options);
  }

  /** Takes all options, whatever they are. */
  void takeAll() {
    used.addAll(options);
  }

  Option need(String... names) {
    return take(names).orElseThrow(() -> new Misread("`--" + names[0] + "` is missing"));
  }

  /** Complains about options that nobody asked for. */
  void complete() {
    for (Option option : options) {
      if (!used.contains(option)) {
        throw new Misread(
            "the option `"
                + (option.name().startsWith("-") ? "" : "--")
                + option.name()
                + "` is not known here");
      }
    }
  }

  /** All words again, as iptables-save writes them. */
  String text() {
    return text(options);
  }

  /** All words but those of one option. */
  String textWithout(Option left) {
    List<Option> others = new ArrayList<>(options);
    others.remove(left);
    return text(others);
  }

  /** All words of these options. */
  String textOf(String... names) {
    return text(options.stream().filter(o -> List.of(names).contains(o.name())).toList());
  }

  private static String text(List<Option> options) {
    StringBuilder text = new StringBuilder();
    for (Option option : options) {
      text.append(option.negated() ? " ! " : " ")
          .append(option.name().startsWith("-") ? "" : "--")
          .append(option.name());
      option.values().forEach(value -> text.append(' ').append(Words.quoted(value)));
    }
    return text.toString().strip();
  }
}
