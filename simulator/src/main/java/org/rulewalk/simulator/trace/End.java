package org.rulewalk.simulator.trace;

import java.util.Optional;
import org.rulewalk.simulator.network.Listener;

/** How a packet's way through one machine ended. */
public sealed interface End {
  /** It left by an interface; by lo it comes in again. */
  record Left(String device) implements End {}

  /**
   * It passed every input hook.
   *
   * @param listener the socket that took it, if one that the capture lists did
   */
  record Delivered(Receiver receiver, Optional<Listener> listener) implements End {}

  /** It got no further. */
  record Stopped(Stop stop) implements End {}

  /** Who took a packet that was delivered. */
  enum Receiver {
    /** A socket that waits for connections or datagrams. */
    LISTENER,
    /** The socket of the program that asked, or a connection that was accepted. */
    CONNECTION,
    /** The kernel itself: pings, and errors that concern nobody. */
    KERNEL,
    /** Nobody: no socket waits there. The sender is told, if the protocol has words for it. */
    NOBODY,
    /** A machine that was not captured and is known to answer nothing. */
    SILENT
  }
}
