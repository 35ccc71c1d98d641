package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.conntrack.Lookup;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * A recorded packet before anybody needs it for itself: if it is plain, it is looked at where it
 * lies in what was read. Mutable, used for one packet after another.
 */
final class Sight {
  /** What it is, if it is plain. */
  final PlainPacket raw = new PlainPacket();

  /** By what its connection is found, if it is plain. */
  final Lookup lookup = new Lookup();

  boolean plain;
  Place place;
  boolean leaving;
  long nanos;
  private String file = "";
  private long number;
  private Seen seen;

  /** Stands for a packet that is plain, as {@link #raw} has found. */
  void plain(Place where, boolean isLeaving, long when, String ofFile, long ofNumber) {
    plain = true;
    place = where;
    leaving = isLeaving;
    nanos = when;
    file = ofFile;
    number = ofNumber;
    seen = null;
    lookup.of(raw, isLeaving);
  }

  /** Stands for a packet that was taken out. */
  void other(Place where, Seen packet) {
    plain = packet.plain() && raw.read(packet.packet());
    place = where;
    leaving = packet.leaving();
    nanos = packet.nanos();
    seen = packet;
    if (plain) {
      lookup.of(raw, leaving);
    }
  }

  /** Its size in bytes. */
  int length() {
    return seen == null ? raw.length() : seen.packet().length();
  }

  /** The packet for itself. */
  Seen seen() {
    if (seen == null) {
      seen =
          new Seen(
              place.machine,
              place.device,
              leaving,
              false,
              raw.toPacket(),
              true,
              nanos,
              file,
              number);
    }
    return seen;
  }

  Packet packet() {
    return seen().packet();
  }
}
