package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.kernel.Session;

/** Interfaces of machines. */
final class Places {
  private final Session session;
  private final Map<String, Map<String, Place>> places = new HashMap<>();
  private int count;

  Places(Session session) {
    this.session = session;
  }

  Place of(String machine, String device) {
    return places
        .computeIfAbsent(machine, unused -> new HashMap<>())
        .computeIfAbsent(
            device,
            unused ->
                new Place(
                    machine,
                    device,
                    count++,
                    session.follower(machine),
                    session.isSteady(machine)));
  }
}
