package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.simulator.network.Machine;

/**
 * What a script does to a machine.
 *
 * @param machine as it is afterwards, as far as that is certain
 * @param possible the machine as it may be too, where a branch can't be decided
 * @param commands in the order in which the script comes to them; guards among them
 * @param status its exit status; empty where it isn't known
 * @param searches each search in a command's output, with what it was searched for
 */
public record ScriptRun(
    Machine machine,
    List<Machine> possible,
    List<Executed> commands,
    List<Search> searches,
    OptionalInt status) {
  /** Keeps copies. */
  public ScriptRun {
    possible = List.copyOf(possible);
    commands = List.copyOf(commands);
    searches = List.copyOf(searches);
  }

  /**
   * A {@code grep} in what another command prints.
   *
   * @param found whether something was found; empty where that can't be told
   * @param negated whether {@code !} stands before the search
   * @param guards whether a condition depends on it
   */
  public record Search(
      org.rulewalk.simulator.value.Source source,
      List<String> searched,
      String pattern,
      java.util.Optional<Boolean> found,
      boolean negated,
      boolean guards) {
    /** Keeps a copy. */
    public Search {
      searched = List.copyOf(searched);
    }
  }

  /** Whether all of the script is understood, and where it goes. */
  public boolean isCertain() {
    return possible.isEmpty()
        && commands.stream()
            .allMatch(
                each ->
                    each.certain()
                        && each.kind() != Outcome.Kind.NOT_UNDERSTOOD
                        && each.kind() != Outcome.Kind.PARTLY_UNDERSTOOD);
  }
}
