package org.rulewalk.simulator.region;

import org.rulewalk.simulator.network.Network;

/**
 * What is worked out once for a network, and used for every packet that is sent through it. One
 * thread at a time may use it.
 */
public final class Known {
  private final AddressClasses addresses;
  private final PlainTests plain = new PlainTests();

  /** Of this network. */
  public Known(Network network) {
    this(new AddressClasses(network));
  }

  private Known(AddressClasses addresses) {
    this.addresses = addresses;
  }

  /** The same for another thread. */
  public Known twin() {
    return new Known(addresses);
  }

  AddressClasses addresses() {
    return addresses;
  }

  PlainTests plain() {
    return plain;
  }

  /**
   * Begins to widen.
   *
   * @param point the packet that will be sent
   * @param within all packets that are asked about, it among them
   */
  public Widening widen(Box.Point point, Box within) {
    return new Widening(this, point, within);
  }
}
