package org.rulewalk.simulator.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What Linux puts into the segments that begin a TCP connection (tcp_syn_options,
 * tcp_synack_options, tcp_options_write in net/ipv4/tcp_output.c).
 *
 * @param segment the largest segment that is announced, in bytes
 */
record Handshake(int segment, boolean scales, boolean stamps, boolean acknowledgesParts) {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int SEGMENT = 2;
  private static final int SCALE = 3;
  private static final int PARTS = 4;
  private static final int STAMP = 8;
  private static final int STAMP_BYTES = 12;
  private static final int WINDOW = 65535;
  private static final int MOST = 40;

  /** Of who opens a connection by a way of this size. */
  static Handshake opening(IpVersion version, int mtuBytes) {
    return new Handshake(segment(version, mtuBytes), true, true, true);
  }

  /** The answer, which takes up what was offered. */
  static Handshake answering(Packet syn, int mtuBytes) {
    boolean[] offered = new boolean[STAMP + 1];
    int start = syn.transportOffset();
    int at = start + 20;
    int end = start + (syn.u8(start + 12) >>> 4) * 4;
    while (at < end && syn.u8(at) != END) {
      int kind = syn.u8(at);
      int size = kind == NO_OPERATION ? 1 : syn.u8(at + 1);
      if (kind != NO_OPERATION && (size < 2 || size > end - at)) {
        break;
      }
      if (kind == SCALE && size == 3 || kind == PARTS && size == 2 || kind == STAMP && size == 10) {
        offered[kind] = true;
      }
      at += size;
    }
    return new Handshake(
        segment(syn.version(), mtuBytes), offered[SCALE], offered[STAMP], offered[PARTS]);
  }

  private static int segment(IpVersion version, int mtuBytes) {
    return mtuBytes - version.headerBytes() - 20;
  }

  /** The options; times are nobody's to know. */
  byte[] options() {
    ByteBuffer options = ByteBuffer.allocate(MOST);
    options.put(new byte[] {SEGMENT, 4, (byte) (segment >>> 8), (byte) segment});
    if (stamps) {
      options.put(
          acknowledgesParts ? new byte[] {PARTS, 2} : new byte[] {NO_OPERATION, NO_OPERATION});
      options.put(new byte[] {STAMP, 10, 0, 0, 0, 1, 0, 0, 0, 0});
    } else if (acknowledgesParts) {
      options.put(new byte[] {NO_OPERATION, NO_OPERATION, PARTS, 2});
    }
    if (scales) {
      options.put(new byte[] {NO_OPERATION, SCALE, 3, 7});
    }
    return Arrays.copyOf(options.array(), options.position());
  }

  /** The window: as many whole segments as fit. */
  int window() {
    int room = segment - (stamps ? STAMP_BYTES : 0);
    return room > 0 && room < WINDOW ? WINDOW / room * room : WINDOW;
  }

  /** The window of who opens: nobody has agreed on time stamps yet. */
  int firstWindow() {
    return segment > 0 && segment < WINDOW ? WINDOW / segment * segment : WINDOW;
  }
}
