package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.command.Tools;
import org.rulewalk.parsers.shell.Script;
import org.rulewalk.parsers.shell.ScriptReader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/** Carries a script out on the model of a machine. */
public final class ScriptRunner {
  private ScriptRunner() {}

  /**
   * What the script makes of the machine.
   *
   * @param files the machine's files that are known
   */
  public static ScriptRun run(SourceText text, Machine machine, Invocation.Files files) {
    Script script = ScriptReader.read(text);
    String interpreter = script.interpreter().orElse("");
    if (interpreter.contains("nft")) {
      return nft(text, machine);
    }
    if (!script.isForShell()) {
      Executed refused =
          new Executed(
              text.at(0),
              List.of(),
              text.line(1),
              Outcome.Kind.NOT_UNDERSTOOD,
              OptionalInt.empty(),
              "`" + interpreter + "` runs this file, not a shell: it is not read here",
              true,
              "",
              false);
      return new ScriptRun(machine, List.of(), List.of(refused), List.of(), OptionalInt.empty());
    }
    Interpreter shell = new Interpreter(machine, files);
    shell.run(script.body());
    return shell.finished();
  }

  private static ScriptRun nft(SourceText text, Machine machine) {
    Outcome outcome = Tools.nftFile(machine, text.file(), text.text());
    Executed all =
        new Executed(
            text.at(0),
            List.of("nft", "-f", text.file()),
            "nft -f " + text.file(),
            outcome.kind(),
            outcome.status(),
            outcome.message(),
            true,
            "",
            false);
    return new ScriptRun(outcome.machine(), List.of(), List.of(all), List.of(), outcome.status());
  }
}
