package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.conntrack.Conntrack;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.IpSet;

/** What one machine remembers between packets. Mutable; a run works on copies. */
final class Memory {
  final Conntrack conntrack;
  final Map<SetName, ElementSet> sets;
  final Map<String, IpSet> ipsets;
  final Sockets sockets;
  final FragmentQueue fragments;

  /** A set that rules changed. */
  record SetName(String table, String set) {}

  Memory() {
    this(new Conntrack(), new HashMap<>(), new HashMap<>(), new Sockets(), new FragmentQueue());
  }

  private Memory(
      Conntrack conntrack,
      Map<SetName, ElementSet> sets,
      Map<String, IpSet> ipsets,
      Sockets sockets,
      FragmentQueue fragments) {
    this.conntrack = conntrack;
    this.sets = sets;
    this.ipsets = ipsets;
    this.sockets = sockets;
    this.fragments = fragments;
  }

  Memory copy() {
    return new Memory(
        conntrack.copy(),
        new HashMap<>(sets),
        new HashMap<>(ipsets),
        sockets.copy(),
        fragments.copy());
  }
}
