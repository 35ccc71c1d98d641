package org.rulewalk.simulator.trace;

import org.rulewalk.simulator.rules.Doubt;

/**
 * A doubt that came up, and which way was taken.
 *
 * @param taken whether the thing in doubt was taken to hold
 */
public record Assumption(String machine, Doubt doubt, boolean taken) {}
