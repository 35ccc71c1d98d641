/**
 * The small values everything else is made of: addresses, prefixes, 128-bit numbers and the place
 * in a file where something was read.
 *
 * <p>Nothing here knows of packets, rules or machines. All types are immutable.
 */
package org.rulewalk.simulator.value;
