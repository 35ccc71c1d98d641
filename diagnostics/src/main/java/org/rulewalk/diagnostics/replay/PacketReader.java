package org.rulewalk.diagnostics.replay;

import java.util.Arrays;
import java.util.Optional;
import org.rulewalk.parsers.recording.Frame;
import org.rulewalk.parsers.recording.Troubles;
import org.rulewalk.parsers.recording.Troubles.Kind;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;

/**
 * Makes packets of frames as the kernel had them: what the snap length cut is filled with zeros,
 * and checksums that the hardware completes are completed.
 */
final class PacketReader {
  private static final int LEAST_TRANSPORT = 8;

  private final Troubles troubles;

  PacketReader(Troubles troubles) {
    this.troubles = troubles;
  }

  /** The packet; empty, and noted, where there is none. */
  Optional<Packet> read(Frame frame, String file, int mtuBytes) {
    byte[] bytes = frame.bytes();
    int at = frame.ipStart();
    int captured = frame.ipLength();
    int version = (bytes[at] & 0xff) >>> 4;
    int header = version == 4 ? 20 : 40;
    boolean snapped = frame.missing() > 0;
    if (version != 4 && version != 6 || captured < header) {
      troubles.note(snapped ? Kind.HEADERS_SNAPPED : Kind.NO_IP_HEADER, file, frame.number());
      return Optional.empty();
    }
    int field =
        (bytes[at + (version == 4 ? 2 : 4)] & 0xff) << 8
            | bytes[at + (version == 4 ? 3 : 5)] & 0xff;
    int length = version == 4 ? field : field + 40;
    boolean cut = snapped && length > captured;
    int size = Math.max(header, cut ? length : Math.min(length, captured));
    Packet packet =
        size <= captured
            ? Packet.of(bytes, at, size)
            : Packet.of(Arrays.copyOf(Arrays.copyOfRange(bytes, at, at + captured), size));
    if (packet.isFragment()) {
      troubles.note(Kind.FRAGMENT, file, frame.number());
    }
    if (cut) {
      int least =
          packet.transportOffset() + (packet.protocol() == Protocol.TCP ? 20 : LEAST_TRANSPORT);
      if (captured < Math.min(least, length)) {
        troubles.note(Kind.HEADERS_SNAPPED, file, frame.number());
        return Optional.empty();
      }
      troubles.note(Kind.SNAPPED, file, frame.number());
      return Optional.of(summedUp(packet));
    }
    if (packet.protocol() == Protocol.TCP && packet.length() > mtuBytes) {
      troubles.note(Kind.MERGED, file, frame.number());
      return Optional.of(summedUp(packet));
    }
    if (isOffloaded(packet)) {
      troubles.note(Kind.OFFLOADED, file, frame.number());
      return Optional.of(summedUp(packet));
    }
    return Optional.of(packet);
  }

  private static Packet summedUp(Packet packet) {
    return packet.isFragment() || Packets.checksumOffset(packet.protocol()) < 0
        ? packet
        : Packets.summedUp(packet);
  }

  /** Whether the checksum field holds what the kernel leaves there for the hardware. */
  private static boolean isOffloaded(Packet packet) {
    int protocol = packet.protocol();
    if (protocol != Protocol.TCP && protocol != Protocol.UDP || packet.isFragment()) {
      return false;
    }
    int at = packet.transportOffset() + Packets.checksumOffset(protocol);
    return packet.covers(at, 2)
        && packet.u16(at) == packet.pseudoHeaderSum()
        && !packet.hasValidTransportChecksum(protocol, packet.transportLength());
  }
}
