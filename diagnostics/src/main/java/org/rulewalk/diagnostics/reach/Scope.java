package org.rulewalk.diagnostics.reach;

import java.util.Optional;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** The questions of one search. */
record Scope(Asker asker, Target target, Wanted wanted) {
  /** Addresses of one version. */
  record Block(IpVersion version, Intervals addresses) {
    static Block of(IpAddress address) {
      return new Block(address.version(), Intervals.of(address.value()));
    }
  }

  /**
   * Who asks.
   *
   * @param block the addresses that it asks from; empty where routing picks its own
   */
  record Asker(String machine, Optional<Block> block) {
    /** Whether it can ask addresses of a version. */
    boolean speaks(IpVersion version) {
      return block.map(own -> own.version() == version).orElse(true);
    }
  }

  /**
   * Who is asked.
   *
   * @param machine the one that holds the addresses; empty where nobody of the capture does
   */
  record Target(Optional<String> machine, Block block) {}

  IpVersion version() {
    return target.block().version();
  }
}
