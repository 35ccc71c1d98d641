/**
 * Routing decisions of one machine: policy rules, tables, source addresses (net/ipv4/fib_*.c,
 * net/ipv4/route.c, net/ipv6/ip6_fib.c, net/ipv6/route.c).
 *
 * <p>Start with {@link org.rulewalk.simulator.route.Fib} for table lookups and {@link
 * org.rulewalk.simulator.route.Router} for what the kernel makes of them for an arriving or a
 * departing packet. Nothing here changes while packets pass.
 */
package org.rulewalk.simulator.route;
