package org.rulewalk.diagnostics.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Listing;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.State.Flow;
import org.rulewalk.parsers.shell.Node;

/** The shell's own commands, and the few programs whose output conditions look at. */
final class Builtins {
  private final Interpreter shell;
  private final Node.Simple node;
  private final List<String> words;
  private final List<String> arguments;

  Builtins(Interpreter shell, Node.Simple node, List<String> words) {
    this.shell = shell;
    this.node = node;
    this.words = words;
    this.arguments = words.subList(1, words.size());
  }

  private void log(Outcome.Kind kind, OptionalInt status, String message) {
    shell.note(node.source(), words, node.text(), kind, status, message);
  }

  private Result logged(Result result) {
    log(Outcome.Kind.NOTHING, result.status(), "");
    return result;
  }

  /** Its result; empty where it is none of these. */
  Optional<Result> run(String program, Optional<Listing> input, boolean known) {
    switch (program) {
      case "true":
      case ":":
        return Optional.of(Result.DONE);
      case "false":
        return Optional.of(Result.of(1));
      case "exit":
      case "return":
      case "break":
      case "continue":
        return Optional.of(leave(program));
      case "set":
        return Optional.of(set());
      case "echo":
        return Optional.of(logged(Result.DONE.with(known ? echo() : Listing.UNKNOWN)));
      case "printf":
        return Optional.of(logged(Result.DONE.with(known ? printf() : Listing.UNKNOWN)));
      case "test":
      case "[":
        return Optional.of(test(program.equals("[")));
      case "grep":
      case "egrep":
      case "fgrep":
        return Optional.of(known ? grep(program, input) : Result.unknown());
      case "cat":
        return Optional.of(logged(cat(input)));
      case "tee":
        return Optional.of(tee(input));
      case "export":
      case "readonly":
      case "local":
      case "declare":
      case "unset":
      case "read":
        return Optional.of(variables(program));
      case "shift":
        State state = shell.state();
        state.arguments =
            state.arguments.isEmpty()
                ? state.arguments
                : state.arguments.subList(1, state.arguments.size());
        return Optional.of(Result.DONE);
      case "eval":
        log(
            Outcome.Kind.NOT_UNDERSTOOD,
            OptionalInt.empty(),
            "`eval` makes commands out of texts: not followed");
        return Optional.of(Result.unknown());
      case ".":
      case "source":
        return Optional.of(source());
      case "sh":
      case "bash":
      case "dash":
        return Optional.of(shell(input));
      default:
        return Optional.empty();
    }
  }

  private Result leave(String program) {
    OptionalInt status = shell.state().last;
    if (!arguments.isEmpty()) {
      status =
          arguments.get(0).matches("\\d{1,3}")
              ? OptionalInt.of(Integer.parseInt(arguments.get(0)))
              : OptionalInt.empty();
    }
    boolean loop = program.equals("break") || program.equals("continue");
    shell.state().flow = Flow.valueOf(program.toUpperCase(java.util.Locale.ROOT));
    return new Result(loop ? OptionalInt.of(0) : status, Listing.EMPTY);
  }

  private Result set() {
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.equals("--")) {
        shell.state().arguments = List.copyOf(arguments.subList(i + 1, arguments.size()));
        return Result.DONE;
      }
      boolean errexit =
          word.matches("[-+][a-zA-Z]*e[a-zA-Z]*")
              || word.matches("[-+]o")
                  && i + 1 < arguments.size()
                  && arguments.get(i + 1).equals("errexit");
      if (errexit) {
        shell.state().stopsAtFailure = word.startsWith("-");
      }
    }
    return Result.DONE;
  }

  private Listing echo() {
    List<String> shown = new ArrayList<>(arguments);
    boolean bare = !shown.isEmpty() && shown.get(0).equals("-n");
    if (bare || !shown.isEmpty() && shown.get(0).equals("-e")) {
      shown.remove(0);
    }
    String text = String.join(" ", shown);
    return text.indexOf('\\') >= 0 ? Listing.UNKNOWN : Listing.of(bare ? text : text + "\n");
  }

  /** Plain texts and {@code %s}. */
  private Listing printf() {
    if (arguments.isEmpty()) {
      return Listing.EMPTY;
    }
    String format = arguments.get(0).replace("\\n", "\n").replace("\\t", "\t");
    StringBuilder text = new StringBuilder();
    int next = 1;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '\\' || c == '%' && !format.startsWith("%s", i) && !format.startsWith("%%", i)) {
        return Listing.UNKNOWN;
      }
      if (c != '%') {
        text.append(c);
        continue;
      }
      i++;
      boolean value = format.charAt(i) == 's';
      text.append(value ? (next < arguments.size() ? arguments.get(next) : "") : "%");
      next += value ? 1 : 0;
    }
    return next < arguments.size() ? Listing.UNKNOWN : Listing.of(text.toString());
  }

  private Result test(boolean bracket) {
    List<String> asked = arguments;
    if (bracket) {
      boolean closed = !asked.isEmpty() && asked.get(asked.size() - 1).equals("]");
      if (!closed) {
        return Result.of(2);
      }
      asked = asked.subList(0, asked.size() - 1);
    }
    OptionalInt status =
        new Condition(asked, path -> Redirections.content(shell, path).isPresent()).status();
    if (status.isEmpty()) {
      log(Outcome.Kind.NOTHING, status, "");
    }
    return new Result(status, Listing.EMPTY);
  }

  private Result grep(String program, Optional<Listing> input) {
    Grep grep = new Grep(program, arguments);
    Listing text = input.orElse(Listing.UNKNOWN);
    List<String> searched = input.isPresent() ? shell.feeding() : List.of();
    if (!grep.files().isEmpty()) {
      text = Listing.EMPTY;
      searched = grep.files();
      for (String file : grep.files()) {
        text = text.and(Redirections.content(shell, file).map(Listing::of).orElse(Listing.UNKNOWN));
      }
    }
    Result result = grep.search(text);
    shell.search(node.source(), searched, grep.pattern(), grep.found(result));
    return logged(result);
  }

  private Result cat(Optional<Listing> input) {
    if (arguments.isEmpty() || arguments.equals(List.of("-"))) {
      return new Result(OptionalInt.of(0), input.orElse(Listing.EMPTY));
    }
    Listing text = Listing.EMPTY;
    for (String file : arguments) {
      Optional<String> content = Redirections.content(shell, file);
      if (content.isEmpty()) {
        return Result.unknown();
      }
      text = text.and(Listing.of(content.get()));
    }
    return new Result(OptionalInt.of(0), text);
  }

  private Result tee(Optional<Listing> input) {
    Listing text = input.orElse(Listing.EMPTY);
    for (String path : arguments) {
      if (!path.startsWith("-")) {
        Redirections.store(shell, path, text, node.source());
      }
    }
    return new Result(OptionalInt.of(0), text);
  }

  private Result variables(String program) {
    State state = shell.state();
    for (String word : arguments) {
      int sign = word.indexOf('=');
      if (program.equals("unset")) {
        state.variables.put(word, Value.of(""));
      } else if (program.equals("read")) {
        if (!word.startsWith("-")) {
          state.variables.put(word, Value.UNKNOWN);
        }
      } else if (sign > 0) {
        state.variables.put(word.substring(0, sign), Value.of(word.substring(sign + 1)));
      }
    }
    return program.equals("read") ? Result.unknown() : Result.DONE;
  }

  private Result source() {
    if (arguments.isEmpty()) {
      return Result.of(2);
    }
    String path = arguments.get(0);
    Optional<String> text = shell.file(path);
    if (text.isEmpty()) {
      log(
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "`" + path + "` is not in the capture: what it does isn't known");
      return Result.unknown();
    }
    return new SimpleCommand(shell, node)
        .nested(path, text.get(), arguments.subList(1, arguments.size()), true);
  }

  private Result shell(Optional<Listing> input) {
    int at = 0;
    boolean inline = false;
    while (at < arguments.size() && arguments.get(at).startsWith("-")) {
      inline |= arguments.get(at).contains("c");
      at++;
    }
    Optional<String> text =
        at < arguments.size()
            ? inline ? Optional.of(arguments.get(at)) : shell.file(arguments.get(at))
            : input.filter(Listing::isExact).map(Listing::text);
    if (text.isEmpty()) {
      log(
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "the script that it runs is not in the capture");
      return Result.unknown();
    }
    String name = inline || at >= arguments.size() ? node.source().file() : arguments.get(at);
    List<String> rest =
        at + 1 < arguments.size() ? arguments.subList(at + 1, arguments.size()) : List.of();
    return new SimpleCommand(shell, node).nested(name, text.get(), rest, false);
  }
}
