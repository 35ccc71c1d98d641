package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.conntrack.Conntrack;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.conntrack.Zone;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.TrackedConnection;

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

  /** What the machines were tracking when they were captured. */
  public static State captured(Network network) {
    Map<String, Memory> memories = new HashMap<>();
    for (Machine machine : network.machines().values()) {
      if (!machine.connections().isEmpty()) {
        Memory memory = new Memory();
        machine.connections().forEach(listed -> restore(listed, memory.conntrack));
        memories.put(machine.name(), memory);
      }
    }
    return new State(memories);
  }

  private static void restore(TrackedConnection listed, Conntrack conntrack) {
    int status = listed.flags().contains("UNREPLIED") ? 0 : Connection.SEEN_REPLY;
    status |= listed.flags().contains("ASSURED") ? Connection.ASSURED : 0;
    // what a flowtable forwards is listed without its state; only established flows get there
    String state = listed.flags().contains("OFFLOAD") ? "ESTABLISHED" : listed.state();
    conntrack.restore(
        Zone.of(listed.zone()),
        tuple(listed.protocol(), listed.original()),
        tuple(listed.protocol(), listed.reply()),
        status,
        listed.mark().orElse(0),
        state,
        listed.timeoutSeconds() * 1_000_000_000L);
  }

  /**
   * This state with a connection announced on a machine, as its helper would after reading another
   * connection (nf_ct_expect_related).
   *
   * @param announced addresses and destination port; any source port fits
   */
  public State expecting(String machine, Tuple announced) {
    Memory memory = copyOf(machine);
    memory.conntrack.expect(announced);
    return with(Map.of(machine, memory));
  }

  private static Tuple tuple(int protocol, TrackedConnection.Endpoints ends) {
    return new Tuple(
        protocol, ends.source(), ends.destination(), ends.sourcePort(), ends.destinationPort());
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
