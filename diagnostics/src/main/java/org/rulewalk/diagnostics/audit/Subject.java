package org.rulewalk.diagnostics.audit;

import java.util.List;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Machine;

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
}
