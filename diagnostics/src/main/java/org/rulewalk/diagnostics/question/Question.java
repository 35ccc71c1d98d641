package org.rulewalk.diagnostics.question;

import org.rulewalk.simulator.network.Network;

/** Can FROM reach TO on a service? */
public record Question(Place from, Place to, Service service, Manner manner) {
  /** Asked of a new connection and small packets. */
  public Question(Place from, Place to, Service service) {
    this(from, to, service, Manner.PLAIN);
  }

  /**
   * Whether it is about this sender alone: a machine of the capture, or an address that was named.
   * An external machine stands for whoever is out there.
   */
  public boolean isForSender(Network network) {
    return from.address().isPresent()
        || from.machine().flatMap(network::machine).map(m -> !m.isExternal()).orElse(false);
  }

  /** The same asked in another manner. */
  public Question in(Manner other) {
    return new Question(from, to, service, other);
  }
}
