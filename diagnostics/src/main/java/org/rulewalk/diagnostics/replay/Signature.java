package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;

/**
 * By what a packet is known again: a number of 64 bits over addresses and the first bytes of its
 * upper layer, without what hardware, time or chance write (checksums, time to live,
 * identification).
 */
final class Signature {
  private static final int UPPER_BYTES = 64;
  private static final long PRIME = 0x9e3779b97f4a7c15L;

  private Signature() {}

  /** Of the whole packet. */
  static long of(Packet packet) {
    long hash = address(packet.source(), packet.destination().value().low());
    hash = mix(hash, packet.destination().value().high());
    return upper(packet, hash, 0);
  }

  /** Without source and source port, which a translation may have chosen by chance. */
  static long withoutSource(Packet packet) {
    long hash = mix(packet.destination().value().low(), packet.destination().value().high());
    return upper(packet, hash, packet.isIcmp() ? 0 : 2);
  }

  private static long address(org.rulewalk.simulator.value.IpAddress address, long hash) {
    return mix(mix(hash, address.value().low()), address.value().high());
  }

  private static long upper(Packet packet, long start, int skipped) {
    long hash = mix(start, packet.protocol());
    hash = mix(hash, packet.length() << 16 | packet.fragmentOffset());
    int at = packet.transportOffset();
    int sum = Packets.checksumOffset(packet.protocol());
    int count = Math.min(UPPER_BYTES, packet.transportLength());
    for (int i = skipped; i < count; i += 2) {
      if (i != sum) {
        hash = mix(hash, packet.u16(at + i));
      }
    }
    return hash;
  }

  private static long mix(long hash, long value) {
    long mixed = (hash ^ value) * PRIME;
    return mixed ^ mixed >>> 29;
  }
}
