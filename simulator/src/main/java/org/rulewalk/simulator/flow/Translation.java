package org.rulewalk.simulator.flow;

import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.symbolic.PacketSet;

/**
 * Packets whose new connection is translated by a rule.
 *
 * @param vague those of which it is not known what was written
 * @param source whether the source is translated, and not the destination
 * @param manner equal for translations that do the same where their result is not known
 */
public record Translation(
    PacketSet packets,
    PacketSet vague,
    boolean source,
    Object manner,
    Statement.Nat how,
    Decision by) {}
