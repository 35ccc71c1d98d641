/**
 * Packets as bytes from the IP header on, how to read their headers, change them with the checksums
 * kept as the kernel keeps them, and build new ones.
 *
 * <p>Start with {@link org.rulewalk.simulator.packet.Packet}. What a firewall thinks of a packet is
 * not here.
 */
package org.rulewalk.simulator.packet;
