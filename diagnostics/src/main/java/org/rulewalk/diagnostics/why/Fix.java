package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.function.UnaryOperator;
import org.rulewalk.simulator.network.Network;

/**
 * Commands that take one cause away.
 *
 * @param now commands for a root shell of that machine
 * @param file where they are to be kept, so that they come back at the next start; empty if not
 *     known
 * @param lines what that file is to get: places in chains are named so that they hold at a start
 * @param executable whether that file must be executable
 * @param allows what becomes possible besides what was asked for, in words; empty for nothing
 * @param change the same for the model
 */
public record Fix(
    String machine,
    List<String> now,
    String file,
    List<String> lines,
    boolean executable,
    String why,
    String allows,
    UnaryOperator<Network> change) {
  /** Keeps copies. */
  public Fix {
    now = List.copyOf(now);
    lines = List.copyOf(lines);
  }

  /** One that is kept by the same lines that are run now. */
  public Fix(
      String machine,
      List<String> now,
      String file,
      boolean executable,
      String why,
      String allows,
      UnaryOperator<Network> change) {
    this(machine, now, file, now, executable, why, allows, change);
  }
}
