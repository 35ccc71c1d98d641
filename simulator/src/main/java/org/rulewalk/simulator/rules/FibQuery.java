package org.rulewalk.simulator.rules;

import java.util.Set;

/**
 * A question to the routing tables from within a rule: nftables' {@code fib} expression
 * (net/ipv4/netfilter/nft_fib_ipv4.c, net/ipv6/netfilter/nft_fib_ipv6.c).
 *
 * @param selectors which parts of the packet are looked up
 * @param result what is asked
 */
public record FibQuery(Set<Selector> selectors, Result result) {
  /** Keeps a copy. */
  public FibQuery {
    selectors = Set.copyOf(selectors);
  }

  /** Parts of the packet. */
  public enum Selector {
    /** The source address. */
    SADDR,
    /** The destination address. */
    DADDR,
    /** The packet's mark. */
    MARK,
    /** The interface it came in by. */
    IIF,
    /** The interface it is to leave by. */
    OIF
  }

  /** Kinds of answer. */
  public enum Result {
    /** The route's interface, by index. */
    OIF,
    /** The route's interface, by name. */
    OIFNAME,
    /** local, unicast, broadcast … */
    TYPE,
    /** Whether there is a route at all. */
    PRESENT
  }

  /** Address types, with the kernel's numbers (RTN_* in linux/rtnetlink.h). */
  public enum AddressType {
    UNSPEC(0),
    UNICAST(1),
    LOCAL(2),
    BROADCAST(3),
    ANYCAST(4),
    MULTICAST(5),
    BLACKHOLE(6),
    UNREACHABLE(7),
    PROHIBIT(8),
    THROW(9),
    NAT(10),
    XRESOLVE(11);

    private final int number;

    AddressType(int number) {
      this.number = number;
    }

    /** The kernel's number. */
    public int number() {
      return number;
    }
  }
}
