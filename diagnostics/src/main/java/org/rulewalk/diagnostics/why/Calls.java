package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/** Ports of a VM that qrexec carries to another VM: whether dom0's policy lets it. */
public interface Calls {
  /** No such ports are known. */
  Calls NONE = (machine, port) -> Optional.empty();

  /** What becomes of connections to a port that is bound to another VM; empty for other ports. */
  Optional<Bound> to(String machine, int port);

  /**
   * A bound port.
   *
   * @param allowed whether a call is allowed and lands at a program
   * @param line what refuses it: a line of the policy, or the one with an error; empty if none does
   * @param missing files that would tell; empty if the capture tells
   * @param now commands for dom0 after which it is allowed; may be empty
   */
  record Bound(boolean allowed, Optional<Source> line, List<String> missing, List<String> now) {
    /** Keeps copies. */
    public Bound {
      missing = List.copyOf(missing);
      now = List.copyOf(now);
    }
  }
}
