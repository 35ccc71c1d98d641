package org.rulewalk.diagnostics.replay;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.TcpFlags;

/**
 * Tells which TCP segments of a machine its rules saw as one packet: the kernel hands what a
 * program wrote to the output hook in one piece, and takes it apart behind the rules, before a
 * recording sees it (sk_setup_caps and validate_xmit_skb; switching off an interface's offloads
 * changes nothing of that).
 *
 * <p>A segment belongs to the one before it if that was full and not the end of what was written
 * (PSH), both carry the same acknowledgement, window and options, their identifications follow each
 * other, and they left within {@link #GAP_NANOS}. Whether two pieces were handed over right behind
 * each other no recording tells.
 */
final class Bursts {
  /** Segments of one piece leave within some ten microseconds. */
  private static final long GAP_NANOS = 100_000;

  private static final int LARGEST = 65535;
  private static final int MOST_FLOWS = 256;
  private static final int LENGTH_OFFSET = 12;

  /** A segment with what counted the piece that it began or belongs to. */
  private static final class Piece {
    private final IntConsumer counted;
    private Packet last;
    private long nanos;
    private int bytes;

    private Piece(IntConsumer counted, Packet first, long nanos) {
      this.counted = counted;
      this.last = first;
      this.nanos = nanos;
      this.bytes = first.length();
    }
  }

  private record Key(String machine, String device, Tuple flow) {}

  private final Map<Key, Piece> pieces =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Piece> eldest) {
          return size() > MOST_FLOWS;
        }
      };

  /** Whether a segment belongs to the piece before, which is then counted as longer. */
  boolean joins(Seen seen) {
    Packet packet = seen.packet();
    Piece piece = dataLength(packet) > 0 ? key(seen).map(pieces::get).orElse(null) : null;
    if (piece == null || !follows(piece, packet, seen.nanos())) {
      return false;
    }
    piece.last = packet;
    piece.nanos = seen.nanos();
    piece.bytes += dataLength(packet);
    piece.counted.accept(dataLength(packet));
    return true;
  }

  /**
   * A segment that may begin a piece: one that is the end of what was written does not.
   *
   * @param counted makes what counted it count as if it had been longer
   */
  void begin(Seen seen, IntConsumer counted) {
    if (dataLength(seen.packet()) > 0 && (seen.packet().tcpFlags() & TcpFlags.PSH) == 0) {
      key(seen)
          .ifPresent(
              key -> {
                pieces.remove(key);
                pieces.put(key, new Piece(counted, seen.packet(), seen.nanos()));
              });
    }
  }

  private static Optional<Key> key(Seen seen) {
    return Tuple.of(seen.packet()).map(flow -> new Key(seen.machine(), seen.device(), flow));
  }

  static int dataLength(Packet packet) {
    return packet.isTcp() ? packet.transportLength() - headerLength(packet) : 0;
  }

  private static int headerLength(Packet packet) {
    return (packet.u8(packet.transportOffset() + LENGTH_OFFSET) >>> 4) * 4;
  }

  private static boolean follows(Piece piece, Packet packet, long nanos) {
    Packet last = piece.last;
    int at = packet.transportOffset();
    int before = last.transportOffset();
    int header = headerLength(packet);
    boolean inOrder =
        (int) (packet.u32(at + 4) - last.u32(before + 4)) == dataLength(last)
            && (packet.identification() - last.identification() & 0xffff)
                == (packet.identification() == last.identification() ? 0 : 1);
    boolean alike =
        packet.u32(at + 8) == last.u32(before + 8)
            && packet.u16(at + 14) == last.u16(before + 14)
            && header == headerLength(last)
            && java.util.Arrays.equals(
                packet.slice(at + 20, header - 20), last.slice(before + 20, header - 20));
    return nanos - piece.nanos <= GAP_NANOS
        && (last.tcpFlags() & TcpFlags.PSH) == 0
        && dataLength(packet) <= dataLength(last)
        && piece.bytes + dataLength(packet) <= LARGEST
        && inOrder
        && alike;
  }
}
