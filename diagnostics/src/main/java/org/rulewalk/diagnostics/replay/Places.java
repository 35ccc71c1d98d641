package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.Map;

/** Interfaces of machines, each known by one object. */
final class Places {
  private final Map<String, Map<String, Place>> places = new HashMap<>();
  private int count;

  Place of(String machine, String device) {
    return places
        .computeIfAbsent(machine, unused -> new HashMap<>())
        .computeIfAbsent(device, unused -> new Place(machine, device, count++));
  }
}
