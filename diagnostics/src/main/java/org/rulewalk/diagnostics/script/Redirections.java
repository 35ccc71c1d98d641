package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Listing;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.command.SettingTool;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.simulator.value.Source;

/** Where a command's input comes from and its output goes. */
final class Redirections {
  private final Interpreter shell;
  private final List<Node.Redirection> redirections;

  Redirections(Interpreter shell, List<Node.Redirection> redirections) {
    this.shell = shell;
    this.redirections = redirections;
  }

  /** The input that they give; empty where they give none. */
  Optional<Listing> input() {
    Optional<Listing> input = Optional.empty();
    for (Node.Redirection each : redirections) {
      if (each.descriptor() != 0 || each.operator().equals("<&")) {
        continue;
      }
      Value text = new Expander(shell.state(), shell::substituted).text(each.target());
      if (each.operator().startsWith("<<")) {
        input = Optional.of(text.text().map(Listing::of).orElse(Listing.UNKNOWN));
      } else {
        input =
            Optional.of(
                text.text()
                    .flatMap(path -> content(shell, path))
                    .map(Listing::of)
                    .orElse(Listing.UNKNOWN));
      }
    }
    return input;
  }

  /** The file that input is to come from, where it isn't known. */
  Optional<String> unknownInput() {
    for (Node.Redirection each : redirections) {
      if (each.descriptor() == 0 && each.operator().equals("<")) {
        Optional<String> path =
            new Expander(shell.state(), shell::substituted).text(each.target()).text();
        if (path.isEmpty() || content(shell, path.get()).isEmpty()) {
          return Optional.of(path.orElse(each.target().source().text()));
        }
      }
    }
    return Optional.empty();
  }

  /** What is in a file, if that is known. */
  static Optional<String> content(Interpreter shell, String path) {
    if (path.equals("/dev/null")) {
      return Optional.of("");
    }
    return SettingTool.isSetting(path)
        ? SettingTool.read(shell.state().machine, path)
        : shell.file(path);
  }

  /** What is left of the output; what goes to settings changes the machine. */
  Listing output(Listing printed, String errors, Source source) {
    Listing out = printed;
    Listing complaints = Listing.of(errors);
    boolean moved = false;
    for (Node.Redirection each : redirections) {
      boolean first = each.descriptor() == 1;
      if (each.operator().equals(">&")) {
        if (each.descriptor() == 2 && each.target().plain().filter("1"::equals).isPresent()) {
          out = moved ? out : out.and(complaints);
        } else if (first) {
          out = Listing.EMPTY;
        }
        continue;
      }
      if (!each.operator().startsWith(">")) {
        continue;
      }
      Value path = new Expander(shell.state(), shell::substituted).text(each.target());
      if (first) {
        write(path, out, source);
        out = Listing.EMPTY;
        moved = true;
      }
    }
    return out;
  }

  private void write(Value path, Listing text, Source source) {
    if (path.text().isEmpty()) {
      shell.note(
          source,
          List.of(),
          source.text(),
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "where its output goes isn't known");
      return;
    }
    store(shell, path.text().get(), text, source);
  }

  /** Puts a text into a file. */
  static void store(Interpreter shell, String path, Listing text, Source source) {
    if (!SettingTool.isSetting(path)) {
      shell.state().written.add(path);
      return;
    }
    List<String> words = List.of("sysctl", path);
    if (!text.isExact()) {
      shell.note(
          source,
          words,
          source.text(),
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "what is written to `" + path + "` isn't known");
      return;
    }
    shell.state().machine = SettingTool.write(shell.state().machine, path, text.text(), source);
    shell.note(source, words, source.text(), Outcome.Kind.CHANGED, OptionalInt.of(0), "");
  }
}
