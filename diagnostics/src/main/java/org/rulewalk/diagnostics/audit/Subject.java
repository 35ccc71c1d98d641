package org.rulewalk.diagnostics.audit;

import java.util.List;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/**
 * What is audited.
 *
 * @param journals what the capture's journals know
 */
public record Subject(Capture capture, Evidence journals) {
  /** The machines that were captured, not those at the edge. */
  public List<Machine> machines() {
    return capture.network().machines().values().stream().filter(m -> !m.isExternal()).toList();
  }

  /** A file of a machine as a whole; {@link Source#NONE} if the capture has none of the kind. */
  public Source file(Machine machine, FileKind kind) {
    return capture.report().machines().getOrDefault(machine.name(), List.of()).stream()
        .filter(file -> file.kind() == kind)
        .map(file -> new Source(file.path(), 0, 0, ""))
        .findFirst()
        .orElse(Source.NONE);
  }
}
