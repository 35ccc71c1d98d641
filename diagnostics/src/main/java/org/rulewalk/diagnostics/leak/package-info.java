/**
 * Whether packets of clients can leave a VM past its tunnel: proven over classes of packets, shown
 * by an example that the simulator confirms, or neither. Start with {@link
 * org.rulewalk.diagnostics.leak.LeakSearch}.
 *
 * <p>Packets fall into classes at the values that rules, sets, routes and routing rules compare
 * with, so all of one class meet the same fate. States of connections and connection marks are
 * taken to be any that the rules can bring about; what translation makes of later packets of a
 * connection is taken to be any address. So "none leaves" holds for all packets; a way that is
 * found may not exist, and is told only once the simulator has sent a packet along it.
 */
package org.rulewalk.diagnostics.leak;
