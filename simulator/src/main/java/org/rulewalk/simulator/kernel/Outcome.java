package org.rulewalk.simulator.kernel;

import org.rulewalk.simulator.trace.Trace;

/**
 * The answer to a probe.
 *
 * @param trace what happened
 * @param after what the machines remember of it
 */
public record Outcome(Trace trace, State after) {}
