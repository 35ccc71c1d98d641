package org.rulewalk.diagnostics.replay;

import java.util.HashMap;
import java.util.Map;

/** Numbers for interfaces of machines, so that they can be parts of keys. */
final class Places {
  private static final int MOST = 1 << 16;

  private final Map<String, Map<String, Integer>> numbers = new HashMap<>();
  private int count;

  int of(String machine, String device) {
    return numbers
        .computeIfAbsent(machine, unused -> new HashMap<>())
        .computeIfAbsent(device, unused -> Math.min(count++, MOST - 1));
  }
}
