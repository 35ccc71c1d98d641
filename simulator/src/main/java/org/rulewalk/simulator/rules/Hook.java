package org.rulewalk.simulator.rules;

import java.util.Locale;
import java.util.Optional;

/** A place on a packet's way through the kernel where base chains are asked. */
public enum Hook {
  /** A frame came in by a device, before anything else. */
  INGRESS,
  /** An IP packet came in, before routing. */
  PREROUTING,
  /** Routing said: for this machine. */
  INPUT,
  /** Routing said: for another machine. */
  FORWARD,
  /** This machine made the packet. */
  OUTPUT,
  /** The packet is about to leave. */
  POSTROUTING,
  /** A frame leaves by a device, after everything else. */
  EGRESS;

  /** The word that {@code nft} uses. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The hook with this word; empty if there is none. */
  public static Optional<Hook> ofWord(String word) {
    for (Hook hook : values()) {
      if (hook.word().equals(word)) {
        return Optional.of(hook);
      }
    }
    return Optional.empty();
  }
}
