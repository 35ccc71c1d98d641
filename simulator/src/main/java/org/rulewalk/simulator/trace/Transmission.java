package org.rulewalk.simulator.trace;

import org.rulewalk.simulator.packet.Packet;

/**
 * A packet that left a machine by an interface other than lo, after everything was rewritten.
 *
 * @param journey the journey that it ended
 */
public record Transmission(int journey, String machine, String device, Packet packet) {}
