package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.packet.Packet;

/**
 * One recorded packet, where and when it was seen.
 *
 * @param plain whether it has nothing about it that needs a closer look; see {@code PlainPacket}
 * @param group whether its Ethernet address is one of many
 * @param number its number in its file
 */
public record Seen(
    String machine,
    String device,
    boolean leaving,
    boolean group,
    Packet packet,
    boolean plain,
    long nanos,
    String file,
    long number) {
  /** A packet that comes of this one elsewhere. */
  Seen at(String where, String by, boolean leaves, Packet other, boolean toGroup) {
    boolean stillPlain = plain && other.ttl() > 1 && !toGroup;
    return new Seen(where, by, leaves, toGroup, other, stillPlain, nanos, file, number);
  }
}
