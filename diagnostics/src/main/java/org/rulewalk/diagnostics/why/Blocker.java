package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Trace;

/** What stopped a packet that was traced by itself, without a question behind it. */
public final class Blocker {
  private Blocker() {}

  /** The first thing that stopped the packet; empty if it got where it was sent. */
  public static Optional<Cause> of(Network network, Trace trace) {
    return new Causes(network, trace).first().filter(Cause::request);
  }
}
