package org.rulewalk.simulator.network;

import java.util.List;

/**
 * Interface ends that are joined: a cable, a pair of virtual interfaces, or a shared segment.
 *
 * @param ends two or more
 * @param origin how the link became known
 */
public record Link(List<End> ends, Origin origin) {
  /** Keeps a copy. */
  public Link {
    ends = List.copyOf(ends);
  }

  /** A machine's interface. */
  public record End(String machine, String device) {
    /** {@code machine:interface}. */
    @Override
    public String toString() {
      return machine + ":" + device;
    }
  }

  /** Ways in which a link becomes known. */
  public enum Origin {
    /** capture.json names it. */
    DECLARED,
    /** A vif of one machine has a route to an address of the other. */
    ROUTE_TO_ADDRESS,
    /** Two interfaces have addresses of one subnet. */
    SHARED_PREFIX,
    /** dom0's list names the machine that provides the network. */
    NETVM_LIST,
    /** Assumed: whatever lies beyond an interface that leads out of the capture. */
    ASSUMED
  }
}
