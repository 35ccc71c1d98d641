package org.rulewalk.diagnostics.audit;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.startup.Persisted;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.diagnostics.startup.StartScript;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/** Scripts of which the capture does not tell enough to say whether they ran, or what they do. */
final class NotKnown {
  private NotKnown() {}

  /** A script whose rules are not in force, and whose mode would tell why. */
  static Optional<Finding> mode(Start start, StartScript script, Subject subject) {
    if (script.executable().isPresent() || script.isEmpty()) {
      return Optional.empty();
    }
    String machine = start.machine().name();
    List<Source> missing =
        start.missing(script, subject.capture()).stream()
            .map(placed -> placed.rule().source())
            .distinct()
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                    "script-mode-not-known",
                    Severity.NOTE,
                    machine,
                    missing.get(0),
                    "This line adds a rule that is not in force. Whether "
                        + script.path()
                        + " may run is not known: vms/"
                        + machine
                        + "/rw-config/modes.txt is missing.")
                .because(missing.subList(1, missing.size()))
                .mendedBy(
                    new Repair(
                        machine,
                        List.of("ls -l /rw/config"),
                        "",
                        List.of(),
                        "Look whether it has an x; if not, \"chmod +x "
                            + script.path()
                            + "\". Put what is printed into that file.")));
  }

  /** Scripts that never run and whose text was not captured. */
  static List<Finding> texts(Machine machine, Subject subject) {
    return Persisted.of(subject.capture(), machine).unread().stream()
        .map(
            script ->
                new Finding(
                    "script-not-captured",
                    Severity.NOTE,
                    machine.name(),
                    Source.NONE,
                    script.path()
                        + " never runs as it is, and what it would do is not known: "
                        + script.file()
                        + " is missing."))
        .toList();
  }
}
