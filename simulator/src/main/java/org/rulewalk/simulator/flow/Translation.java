package org.rulewalk.simulator.flow;

import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.symbolic.PacketSet;

/**
 * Packets whose new connection is translated by a rule.
 *
 * @param source whether the source is translated, and not the destination
 * @param manner equal for translations that do the same
 */
public record Translation(
    PacketSet packets, boolean source, Object manner, Statement.Nat how, Decision by) {}
