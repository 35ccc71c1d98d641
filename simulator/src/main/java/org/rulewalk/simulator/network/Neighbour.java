package org.rulewalk.simulator.network;

import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/**
 * What the machine knew of a neighbour on a link: ARP or neighbour discovery.
 *
 * @param mac empty while it isn't known
 * @param state PERMANENT, REACHABLE, STALE, FAILED, INCOMPLETE … as listed
 * @param proxy whether the machine answers for this address
 */
public record Neighbour(
    IpAddress address,
    String device,
    Optional<MacAddress> mac,
    String state,
    boolean proxy,
    Source source) {
  /** Whether it was set by hand and needs no asking. */
  public boolean isPermanent() {
    return state.equals("PERMANENT") || state.equals("NOARP");
  }
}
