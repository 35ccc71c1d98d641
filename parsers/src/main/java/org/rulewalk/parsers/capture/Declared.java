package org.rulewalk.parsers.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/**
 * What capture.json says.
 *
 * @param links between machines, captured or not
 * @param externals machines that were not captured, by name
 */
record Declared(List<Link> links, Map<String, External> externals) {
  static final Declared NOTHING = new Declared(List.of(), Map.of());

  Declared {
    links = List.copyOf(links);
    externals = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(externals));
  }

  /**
   * A machine that was not captured.
   *
   * @param services empty if capture.json does not list them
   * @param gateways the routers that it sends to for all else; none if it takes everything to be on
   *     its link
   */
  record External(
      List<Prefix> addresses,
      Optional<List<Service>> services,
      boolean answersPing,
      boolean silent,
      List<IpAddress> gateways) {
    External {
      addresses = List.copyOf(addresses);
      gateways = List.copyOf(gateways);
    }
  }

  /** A port that something listens on; protocol 6 or 17. */
  record Service(int protocol, int port) {}
}
