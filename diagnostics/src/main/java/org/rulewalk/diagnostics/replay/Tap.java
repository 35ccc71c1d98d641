package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.network.Network;

/**
 * Where a recording was made: {@code FILE@machine:interface}, or {@code FILE@machine} where the
 * file itself names interfaces (Linux cooked v2, pcapng).
 *
 * @param file the recording; {@code -} is standard input
 * @param device the interface; empty where the file tells
 */
public record Tap(String file, String machine, String device) {
  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is written otherwise, or the capture has no such place
   */
  public static Tap parse(String text, Network network) {
    int at = text.lastIndexOf('@');
    if (at <= 0 || at == text.length() - 1) {
      throw new IllegalArgumentException(
          "\"" + text + "\": write FILE@machine:interface, as in in.pcap@sys-net:ens5");
    }
    String place = text.substring(at + 1);
    int colon = place.indexOf(':');
    String machine = colon < 0 ? place : place.substring(0, colon);
    String device = colon < 0 ? "" : place.substring(colon + 1);
    if (network.machine(machine).filter(m -> !m.isExternal()).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no machine \""
              + machine
              + "\" in the capture; there are: "
              + String.join(", ", network.machines().keySet()));
    }
    if (!device.isEmpty() && network.machine(machine).orElseThrow().find(device).isEmpty()) {
      throw new IllegalArgumentException(machine + " has no interface \"" + device + "\"");
    }
    return new Tap(text.substring(0, at), machine, device);
  }
}
