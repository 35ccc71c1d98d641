package org.rulewalk.diagnostics.whatif;

import java.util.List;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.script.ScriptRun;

/**
 * An order that was carried out on the model.
 *
 * @param run its commands, each with what the tool says
 * @param differences what it changed on its machine
 */
public record Carried(Order order, ScriptRun run, List<Difference> differences) {
  /** Keeps a copy. */
  public Carried {
    differences = List.copyOf(differences);
  }

  /** Whether a tool refused something, or the whole ends with another status than 0. */
  public boolean failed() {
    boolean refused =
        run.commands().stream()
            .filter(each -> each.kind() == Outcome.Kind.REFUSED)
            .anyMatch(each -> each.certain() && !each.asked());
    return refused || run.status().orElse(0) != 0;
  }

  /** The commands that are not known here: what they would change is not in the model. */
  public List<Executed> unread() {
    return run.commands().stream()
        .filter(each -> each.kind() == Outcome.Kind.NOT_UNDERSTOOD)
        .toList();
  }
}
