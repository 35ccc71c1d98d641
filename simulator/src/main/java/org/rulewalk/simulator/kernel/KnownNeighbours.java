package org.rulewalk.simulator.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Who answered for which address: depends on the network alone, so each run of a simulator may use
 * what others learnt. Bounded; any number of threads.
 */
final class KnownNeighbours {
  private static final int MOST = 4096;

  private final Map<Asked, Optional<Link.End>> known = new ConcurrentHashMap<>();

  /** What the answer depends on. */
  private record Asked(String device, IpAddress address, IpAddress packetSource) {}

  /** How to find out. */
  interface Search {
    Optional<Link.End> find(String device, IpAddress address, IpAddress packetSource);
  }

  Optional<Link.End> of(String device, IpAddress address, IpAddress packetSource, Search search) {
    Asked asked = new Asked(device, address, packetSource);
    Optional<Link.End> found = known.get(asked);
    if (found == null) {
      found = search.find(device, address, packetSource);
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(asked, found);
    }
    return found;
  }
}
