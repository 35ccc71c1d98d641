/**
 * Machines as they were captured: interfaces, addresses, routes, neighbours, settings, sockets,
 * rules, and the links between machines.
 *
 * <p>Start with {@link org.rulewalk.simulator.network.Network}. All types are immutable; what
 * changes while packets pass (connections, dynamic sets) is state of the simulation, not of this
 * model.
 */
package org.rulewalk.simulator.network;
