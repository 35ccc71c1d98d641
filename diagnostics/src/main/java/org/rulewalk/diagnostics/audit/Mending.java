package org.rulewalk.diagnostics.audit;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.why.Kept;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/** Commands that mend something, carried out on the model before they are told. */
final class Mending {
  private Mending() {}

  /**
   * The commands as a repair, kept where the machine keeps such things; empty if they do not work
   * on the model.
   *
   * @param works whether it is mended with the commands carried out
   */
  static Optional<Repair> tried(
      Network network,
      Machine machine,
      List<String> commands,
      String words,
      Predicate<Network> works) {
    ScriptRun run =
        ScriptRunner.run(
            SourceText.of("", String.join("\n", commands) + "\n"), machine, Invocation.Files.NONE);
    boolean done = run.isCertain() && run.commands().stream().noneMatch(c -> c.failed());
    return done && works.test(network.with(run.machine()))
        ? Optional.of(kept(machine, commands, words))
        : Optional.empty();
  }

  /** The commands as a repair, without a trial. */
  static Repair kept(Machine machine, List<String> commands, String words) {
    String file = Kept.script(machine);
    return new Repair(machine.name(), commands, file, file.isEmpty() ? List.of() : commands, words);
  }
}
