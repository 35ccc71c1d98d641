package org.rulewalk.diagnostics.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A recording that a test writes packet by packet, of one Ethernet interface. */
final class MadeTraffic {
  static final int SYN = 2;
  static final int RST = 4;
  static final int ACK = 16;
  static final int FIN = 1;

  private static final int IP = 14;
  private static final int UPPER = IP + 20;
  private static final long BEGIN_SECONDS = 1_700_000_000L;
  private static final String PEER = "020000000077";

  private final String mac;
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private long micros;

  /** At an interface with this Ethernet address. */
  MadeTraffic(String mac) {
    this.mac = mac.replace(":", "");
    ByteBuffer header = little(24).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
    file.writeBytes(header.putLong(0).putInt(65535).putInt(1).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What comes next is so much later. */
  MadeTraffic later(double seconds) {
    micros += (long) (seconds * 1e6);
    return this;
  }

  /** A frame as it is, of which all but so many bytes were recorded. */
  MadeTraffic frame(byte[] frame, int missing) {
    micros += 10;
    ByteBuffer record = little(16).putInt((int) (BEGIN_SECONDS + micros / 1_000_000));
    record.putInt((int) (micros % 1_000_000)).putInt(frame.length - missing).putInt(frame.length);
    file.writeBytes(record.array());
    file.write(frame, 0, frame.length - missing);
    return this;
  }

  /** A TCP segment. */
  MadeTraffic tcp(boolean leaves, String from, String to, int flags, long sequence, long ack) {
    return frame(tcpFrame(leaves, from, to, flags, sequence, ack), 0);
  }

  /** The same as bytes; {@code from} and {@code to} are written 192.0.2.1:80. */
  byte[] tcpFrame(boolean leaves, String from, String to, int flags, long sequence, long ack) {
    ByteBuffer frame = frame(leaves, 6, from, to, 20);
    frame.putInt(UPPER + 4, (int) sequence).putInt(UPPER + 8, (int) ack);
    frame.putShort(UPPER + 12, (short) (0x5000 | flags)).putShort(UPPER + 14, (short) 60000);
    return summed(frame, UPPER + 16);
  }

  /** A datagram of eight bytes. */
  MadeTraffic udp(boolean leaves, String from, String to) {
    return frame(udpFrame(leaves, from, to), 0);
  }

  byte[] udpFrame(boolean leaves, String from, String to) {
    ByteBuffer frame = frame(leaves, 17, from, to, 16);
    frame.putShort(UPPER + 4, (short) 16);
    return summed(frame, UPPER + 6);
  }

  private ByteBuffer frame(boolean leaves, int protocol, String from, String to, int size) {
    ByteBuffer frame = ByteBuffer.allocate(UPPER + size);
    frame.put(java.util.HexFormat.of().parseHex(leaves ? PEER + mac : mac + PEER));
    frame.putShort((short) 0x0800).putShort((short) 0x4500).putShort((short) (20 + size));
    frame.putInt(0x4000).put((byte) 60).put((byte) protocol).putShort((short) 0);
    for (String end : new String[] {from, to}) {
      for (String part : end.substring(0, end.indexOf(':')).split("\\.")) {
        frame.put((byte) Integer.parseInt(part));
      }
    }
    frame.putShort((short) port(from)).putShort((short) port(to));
    frame.putShort(IP + 10, (short) ~fold(sum(frame, IP, 20)));
    return frame;
  }

  private static int port(String end) {
    return Integer.parseInt(end.substring(end.indexOf(':') + 1));
  }

  private static byte[] summed(ByteBuffer frame, int at) {
    int size = frame.capacity() - UPPER;
    long sum = sum(frame, UPPER, size) + sum(frame, IP + 12, 8) + frame.get(IP + 9) + size;
    frame.putShort(at, (short) ~fold(sum));
    return frame.array();
  }

  private static long sum(ByteBuffer bytes, int from, int count) {
    long sum = 0;
    for (int i = from; i < from + count; i += 2) {
      sum += bytes.getShort(i) & 0xffff;
    }
    return sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  byte[] bytes() {
    return file.toByteArray();
  }
}
