package org.rulewalk.parsers.iproute;

import org.rulewalk.simulator.network.Neighbour;

/** Writes neighbours as {@code ip neigh} lists them (iproute2, ip/ipneigh.c). */
public final class NeighbourWriter {
  private NeighbourWriter() {}

  /** One line. */
  public static String line(Neighbour neighbour) {
    String device = neighbour.device().isEmpty() ? "" : " dev " + neighbour.device();
    String mac = neighbour.mac().map(address -> " lladdr " + address).orElse("");
    String state = neighbour.proxy() ? "proxy" : neighbour.state();
    return neighbour.address() + device + mac + " " + state;
  }
}
