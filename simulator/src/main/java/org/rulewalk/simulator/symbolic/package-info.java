/**
 * All packets at once: sets of packets as binary decision diagrams, tests and chains as functions
 * over them. Start with {@link org.rulewalk.simulator.symbolic.PacketSpace} and {@link
 * org.rulewalk.simulator.symbolic.ChainFlow}. The plain evaluator ({@code Match.test}, {@code
 * ChainWalk}) is the judge of what is said here.
 */
package org.rulewalk.simulator.symbolic;
