package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.conntrack.Conntrack;
import org.rulewalk.simulator.rules.ElementSet;

/** What one machine remembers between packets. Mutable; a run works on copies. */
final class Memory {
  final Conntrack conntrack;
  final Map<SetName, ElementSet> sets;
  final Sockets sockets;
  final FragmentQueue fragments;

  /** A set that rules changed. */
  record SetName(String table, String set) {}

  Memory() {
    this(new Conntrack(), new HashMap<>(), new Sockets(), new FragmentQueue());
  }

  private Memory(
      Conntrack conntrack,
      Map<SetName, ElementSet> sets,
      Sockets sockets,
      FragmentQueue fragments) {
    this.conntrack = conntrack;
    this.sets = sets;
    this.sockets = sockets;
    this.fragments = fragments;
  }

  Memory copy() {
    return new Memory(conntrack.copy(), new HashMap<>(sets), sockets.copy(), fragments.copy());
  }
}
