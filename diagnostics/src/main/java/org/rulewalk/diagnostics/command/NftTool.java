package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.nft.NftCommand;
import org.rulewalk.parsers.nft.NftCommandReader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/** nft, with commands as arguments or from a file; all commands of one call happen or none. */
final class NftTool {
  private final Machine before;
  private final Invocation invocation;
  private final List<String> words = new ArrayList<>();
  private boolean numeric;
  private boolean handles;
  private boolean checkOnly;
  private boolean json;
  private Optional<String> file = Optional.empty();

  NftTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
  }

  Outcome run() {
    List<String> arguments = invocation.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      boolean option = words.isEmpty() && word.startsWith("-") && word.length() > 1;
      if (!option) {
        words.add(word);
      } else if (word.equals("--file") || word.startsWith("-") && isShort(word) && has(word, 'f')) {
        i++;
        file = Optional.of(i < arguments.size() ? arguments.get(i) : "");
        option(word);
      } else if (word.equals("-I") || word.equals("-D")) {
        i++;
      } else {
        option(word);
      }
    }
    if (json) {
      return Outcome.notUnderstood(before, "nft's JSON is not taken as commands here");
    }
    if (file.isPresent()) {
      return fromFile(file.get());
    }
    return words.isEmpty()
        ? Outcome.refused(before, 1, "nft: no command specified")
        : commands(String.join(" ", words), false);
  }

  private static boolean isShort(String word) {
    return word.charAt(1) != '-';
  }

  private static boolean has(String word, char letter) {
    return word.indexOf(letter) > 0;
  }

  private void option(String word) {
    boolean brief = isShort(word);
    numeric |= word.equals("--numeric") || brief && (has(word, 'n') || has(word, 'y'));
    handles |= word.equals("--handle") || brief && has(word, 'a');
    checkOnly |= word.equals("--check") || brief && has(word, 'c');
    json |= word.equals("--json") || brief && has(word, 'j');
  }

  private Outcome fromFile(String path) {
    boolean input = path.equals("-") || path.equals("/dev/stdin");
    Optional<String> text =
        input
            ? invocation.input().filter(Listing::isExact).map(Listing::text)
            : invocation.files().text(path);
    if (text.isEmpty()) {
      return Outcome.notUnderstood(
          before,
          input
              ? "what it is to load isn't known"
              : "`" + path + "` is not in the capture: what it holds isn't known");
    }
    return commands(text.get(), true);
  }

  /** All commands of a text as one transaction. */
  Outcome commands(String written, boolean isFile) {
    NftDefinitions definitions = NftDefinitions.of(written);
    if (!definitions.problem().isEmpty()) {
      return Outcome.notUnderstood(before, definitions.problem());
    }
    SourceText text = SourceText.of(invocation.source().file(), definitions.text());
    List<NftCommand> commands;
    try {
      commands = NftCommandReader.read(text);
    } catch (NftCommandReader.Refused e) {
      return refused(e, text, isFile);
    }
    Machine machine = before;
    Listing out = Listing.EMPTY;
    boolean changed = false;
    String doubt = "";
    for (NftCommand command : commands) {
      Outcome outcome = one(machine, command);
      if (outcome.kind() == Outcome.Kind.REFUSED) {
        return Outcome.refused(before, 1, outcome.message());
      }
      if (outcome.kind() == Outcome.Kind.NOT_UNDERSTOOD) {
        return Outcome.notUnderstood(before, outcome.message());
      }
      doubt = outcome.kind() == Outcome.Kind.PARTLY_UNDERSTOOD ? outcome.message() : doubt;
      changed |= outcome.kind() != Outcome.Kind.NOTHING;
      machine = outcome.machine();
      out = out.and(outcome.out());
    }
    if (checkOnly) {
      return Outcome.nothing(before, 0);
    }
    if (!doubt.isEmpty()) {
      return Outcome.partly(machine, doubt);
    }
    return changed ? Outcome.changed(machine) : Outcome.printed(machine, out);
  }

  private Outcome one(Machine machine, NftCommand command) {
    switch (command.verb()) {
      case LIST:
        return new NftPrinter(machine, command, numeric, handles).print();
      case DESTROY:
        return Outcome.notUnderstood(
            machine, "`destroy` is known from nft 1.0.7 on: older versions refuse it");
      case RESET:
        return Outcome.nothing(machine, 0);
      default:
        return new NftChange(machine, invocation, command).run();
    }
  }

  private Outcome refused(NftCommandReader.Refused e, SourceText text, boolean isFile) {
    int line = text.lineAt(Math.min(e.offset(), text.text().length()));
    String shown = text.line(line);
    int column = Math.max(0, e.offset() - text.lineStart(line));
    String where = isFile ? file.orElse("") + ":" + line + ":" + (column + 1) + ": " : "";
    return Outcome.refused(
        before,
        1,
        where + "Error: " + e.getMessage() + "\n" + shown + "\n" + " ".repeat(column) + "^");
  }
}
