package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.Map;

/**
 * What the machines remember between packets: connections, sets that rules changed, sockets,
 * fragments that wait.
 *
 * <p>A value: a run works on copies, so one state can be the start of several runs.
 */
public final class State {
  /** Nothing was sent yet. */
  public static final State EMPTY = new State(Map.of());

  private final Map<String, Memory> memories;

  State(Map<String, Memory> memories) {
    this.memories = Map.copyOf(memories);
  }

  Memory copyOf(String machine) {
    Memory memory = memories.get(machine);
    return memory == null ? new Memory() : memory.copy();
  }

  /** This state with the memories of some machines replaced. */
  State with(Map<String, Memory> changed) {
    Map<String, Memory> all = new HashMap<>(memories);
    all.putAll(changed);
    return new State(all);
  }
}
