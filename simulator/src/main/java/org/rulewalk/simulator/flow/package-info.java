/**
 * A machine's treatment of all packets at once: its hooks in order, routing between them, and
 * translation. Built on {@link org.rulewalk.simulator.symbolic}.
 */
package org.rulewalk.simulator.flow;
