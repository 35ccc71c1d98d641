package org.rulewalk.diagnostics.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.diagnostics.command.Listing;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.parsers.shell.Word;

/** Puts variables and outputs into words, and parts them into fields. */
final class Expander {
  private static final List<String> ENVIRONMENT =
      List.of(
          "PATH",
          "HOME",
          "USER",
          "SHELL",
          "HOSTNAME",
          "PWD",
          "LANG",
          "TERM",
          "LOGNAME",
          "IFS",
          "RANDOM",
          "UID",
          "EUID",
          "PPID",
          "SECONDS",
          "LINENO");

  private static final int LONGEST = 1 << 20;

  private final State state;
  private final Function<Node, Result> run;

  Expander(State state, Function<Node, Result> run) {
    this.state = state;
    this.run = run;
  }

  /**
   * The fields of words.
   *
   * @param unknown what isn't known; empty if all is
   */
  record Fields(List<String> words, String unknown) {
    boolean isKnown() {
      return unknown.isEmpty();
    }
  }

  Fields fields(List<Word> words) {
    List<String> fields = new ArrayList<>();
    String unknown = "";
    for (Word word : words) {
      Fields some = fields(word);
      unknown = unknown.isEmpty() ? some.unknown() : unknown;
      fields.addAll(some.words());
    }
    return new Fields(fields, unknown);
  }

  /** The fields of one word; where a part isn't known, those before it. */
  private Fields fields(Word word) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean begun = false;
    for (Word.Part part : word.parts()) {
      boolean quoted = part.quoted();
      if (isAllArguments(part)) {
        fields.addAll(state.arguments);
        continue;
      }
      Value value = value(part);
      if (value.text().isEmpty()) {
        return new Fields(fields, shown(part));
      }
      String text = value.text().get();
      if (quoted || part instanceof Word.Literal) {
        field.append(text);
        begun = true;
        continue;
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == ' ' || c == '\t' || c == '\n') {
          if (begun) {
            fields.add(field.toString());
            field.setLength(0);
            begun = false;
          }
        } else {
          field.append(c);
          begun = true;
        }
      }
      if (field.length() > LONGEST) {
        return new Fields(fields, "a text that is too long");
      }
    }
    if (begun) {
      fields.add(field.toString());
    }
    return new Fields(fields, "");
  }

  private static boolean isAllArguments(Word.Part part) {
    return part instanceof Word.Parameter
        && (((Word.Parameter) part).name().equals("@")
            || ((Word.Parameter) part).name().equals("*"))
        && ((Word.Parameter) part).operator().isEmpty();
  }

  /** The word as one text: in assignments, behind {@code case}, in here-documents. */
  Value text(Word word) {
    StringBuilder text = new StringBuilder();
    for (Word.Part part : word.parts()) {
      Value value =
          isAllArguments(part) ? Value.of(String.join(" ", state.arguments)) : value(part);
      if (value.text().isEmpty() || text.length() > LONGEST) {
        return Value.UNKNOWN;
      }
      text.append(value.text().get());
    }
    return Value.of(text.toString());
  }

  private static String shown(Word.Part part) {
    return part.fold(
        new Word.Cases<>() {
          @Override
          public String literal(Word.Literal literal) {
            return literal.text();
          }

          @Override
          public String parameter(Word.Parameter parameter) {
            return "$" + parameter.name();
          }

          @Override
          public String substitution(Word.Substitution substitution) {
            return "what a command prints";
          }

          @Override
          public String unknown(Word.Unknown unknown) {
            return unknown.text();
          }
        });
  }

  private Value value(Word.Part part) {
    return part.fold(
        new Word.Cases<>() {
          @Override
          public Value literal(Word.Literal literal) {
            return Value.of(literal.text());
          }

          @Override
          public Value parameter(Word.Parameter parameter) {
            return parameterValue(parameter);
          }

          @Override
          public Value substitution(Word.Substitution substitution) {
            Listing out = run.apply(substitution.script()).out();
            return out.isExact() ? Value.of(out.text().replaceFirst("\n+$", "")) : Value.UNKNOWN;
          }

          @Override
          public Value unknown(Word.Unknown unknown) {
            return Value.UNKNOWN;
          }
        });
  }

  private Value variable(String name) {
    if (name.equals("?")) {
      return state.last.isPresent()
          ? Value.of(String.valueOf(state.last.getAsInt()))
          : Value.UNKNOWN;
    }
    if (name.equals("#")) {
      return Value.of(String.valueOf(state.arguments.size()));
    }
    if (name.equals("$") || name.equals("!") || name.equals("-") || name.equals("0")) {
      return Value.UNKNOWN;
    }
    if (name.matches("[1-9]")) {
      int index = Integer.parseInt(name) - 1;
      return Value.of(index < state.arguments.size() ? state.arguments.get(index) : "");
    }
    Value set = state.variables.get(name);
    if (set != null) {
      return set;
    }
    return ENVIRONMENT.contains(name) ? Value.UNKNOWN : Value.of("");
  }

  private boolean isSet(String name) {
    return state.variables.containsKey(name)
        || name.matches("[1-9]") && Integer.parseInt(name) <= state.arguments.size();
  }

  private Value parameterValue(Word.Parameter parameter) {
    Value value = variable(parameter.name());
    Optional<String> text = value.text();
    String operator = parameter.operator();
    if (operator.isEmpty() || text.isEmpty()) {
      return value;
    }
    if (operator.equals("length")) {
      return Value.of(String.valueOf(text.get().length()));
    }
    boolean missing = operator.startsWith(":") ? text.get().isEmpty() : !isSet(parameter.name());
    Word operand = parameter.operand().orElseThrow();
    switch (operator.replace(":", "")) {
      case "-":
        return missing ? text(operand) : value;
      case "=":
        if (missing) {
          state.variables.put(parameter.name(), text(operand));
        }
        return missing ? text(operand) : value;
      case "+":
        return missing ? Value.of("") : text(operand);
      case "?":
        return missing ? Value.UNKNOWN : value;
      default:
        return trimmed(text.get(), operator, text(operand));
    }
  }

  private static Value trimmed(String text, String operator, Value pattern) {
    if (pattern.text().isEmpty()) {
      return Value.UNKNOWN;
    }
    Glob glob = new Glob(pattern.text().get());
    boolean front = operator.startsWith("#");
    boolean longest = operator.length() == 2;
    int length = text.length();
    for (int i = 0; i <= length; i++) {
      int taken = longest ? length - i : i;
      String piece = front ? text.substring(0, taken) : text.substring(length - taken);
      if (glob.matches(piece)) {
        return Value.of(front ? text.substring(taken) : text.substring(0, length - taken));
      }
    }
    return Value.of(text);
  }
}
