/**
 * Connection tracking and address translation, as net/netfilter/nf_conntrack_*.c and nf_nat_core.c
 * do them.
 *
 * <p>{@link org.rulewalk.simulator.conntrack.Conntrack} is one machine's table; {@link
 * org.rulewalk.simulator.conntrack.Tracker} says to which connection a packet belongs; {@link
 * org.rulewalk.simulator.conntrack.Translator} picks new addresses and {@link
 * org.rulewalk.simulator.conntrack.Rewriter} puts them into packets. Which hook calls them when is
 * the kernel package's business. Time is not kept: entries do not expire within a trace.
 */
package org.rulewalk.simulator.conntrack;
