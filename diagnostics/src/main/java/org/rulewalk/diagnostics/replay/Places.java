package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.kernel.Follower;
import org.rulewalk.simulator.kernel.Session;

/** Interfaces of machines. May be asked by several threads about machines that were met before. */
final class Places {
  private final Session session;
  private final Map<String, Party> parties = new HashMap<>();
  private int count;

  /** A machine's part. */
  private record Party(Follower follower, boolean steady, Map<String, Place> places) {}

  Places(Session session) {
    this.session = session;
  }

  /** Makes a machine's acquaintance. */
  synchronized void meet(String machine) {
    party(machine);
  }

  synchronized Place of(String machine, String device) {
    Party party = party(machine);
    return party
        .places()
        .computeIfAbsent(
            device,
            unused -> new Place(machine, device, count++, party.follower(), party.steady()));
  }

  private Party party(String machine) {
    return parties.computeIfAbsent(
        machine,
        name -> new Party(session.follower(name), session.isSteady(name), new HashMap<>()));
  }
}
