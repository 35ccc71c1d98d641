/**
 * The kernel's treatment of packets: hooks in their order, routing between them, address
 * translation, the answers that a machine makes by itself, and the way over links to the next
 * machine.
 *
 * <p>Start with {@link org.rulewalk.simulator.kernel.Simulator}. {@code Host} is one machine at
 * work; {@code HookRun} is what rules see of it.
 */
package org.rulewalk.simulator.kernel;
