package org.rulewalk.simulator.kernel;

import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpAddress;

/** What is asked of a network. */
public sealed interface Probe {
  /** A packet comes in by an interface, from the far end of its link. */
  record Arrive(String machine, String device, Packet packet) implements Probe {}

  /** A machine sends a packet that a program wrote whole (raw socket, IP_HDRINCL). */
  record Send(String machine, Packet packet) implements Probe {}

  /**
   * A program on a machine connects (TCP), sends a datagram and waits (UDP), or pings (ICMP).
   *
   * @param protocol 6, 17, or 1 for a ping of either version
   * @param port destination port; 0 for pings
   * @param sourcePort the port that the program insists on; empty for any free one
   */
  record Connect(String machine, IpAddress to, int protocol, int port, OptionalInt sourcePort)
      implements Probe {}
}
