package org.rulewalk.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Writes a recording of what passes the outer interface of a machine that forwards a port: TCP
 * connections from many clients with handshake, data both ways and right sequence numbers and
 * checksums, and one packet in fifty from a stranger to a closed port.
 *
 * <pre>RecordedTraffic FILE PACKETS small|mixed CONNECTIONS OWN_MAC PEER_MAC OWN_ADDRESS PORT</pre>
 *
 * <p>{@code small}: frames of 64 bytes. {@code mixed}: 64 to 1,500 bytes, 700 on average.
 */
public final class RecordedTraffic {
  private static final int ETHERNET = 14;
  private static final int HEADERS = 40;
  private static final int[] SIZES = {64, 64, 64, 128, 256, 576, 594, 1200, 1400, 1500, 1500};
  private static final int SYN = 2;
  private static final int ACK = 16;
  private static final int PSH = 8;
  private static final int STRANGERS = 50;

  private final SplittableRandom random = new SplittableRandom(7);
  private final OutputStream out;
  private final byte[] frame = new byte[1600];
  private final byte[] record = new byte[16];
  private final boolean mixed;
  private final long ownMac;
  private final long peerMac;
  private final int ownAddress;
  private final int port;

  private final int[] client;
  private final int[] clientPort;
  private final int[] step;
  private final int[] sentByClient;
  private final int[] sentByServer;
  private long micros = 1_700_000_000_000_000L;
  private int identification;

  private RecordedTraffic(OutputStream out, String[] arguments) {
    this.out = out;
    mixed = arguments[2].equals("mixed");
    int connections = Integer.parseInt(arguments[3]);
    ownMac = mac(arguments[4]);
    peerMac = mac(arguments[5]);
    ownAddress = address(arguments[6]);
    port = Integer.parseInt(arguments[7]);
    client = new int[connections];
    clientPort = new int[connections];
    step = new int[connections];
    sentByClient = new int[connections];
    sentByServer = new int[connections];
    for (int i = 0; i < connections; i++) {
      client[i] = 0xc6336400 + 11 + i % 240;
      clientPort[i] = 1024 + i / 240 % 60000;

      sentByClient[i] = random.nextInt();
      sentByServer[i] = random.nextInt();
    }
  }

  /** Writes one file. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 8) {
      System.err.println(
          "RecordedTraffic FILE PACKETS small|mixed CONNECTIONS OWN_MAC PEER_MAC OWN_ADDRESS PORT");
      System.exit(2);
    }
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0])), 1 << 20)) {
      new RecordedTraffic(out, arguments).write(Long.parseLong(arguments[1]));
    }
  }

  private static long mac(String text) {
    return Long.parseLong(text.replace(":", ""), 16);
  }

  private static int address(String text) {
    int value = 0;
    for (String part : text.split("\\.")) {
      value = value << 8 | Integer.parseInt(part);
    }
    return value;
  }

  private void write(long packets) throws IOException {
    out.write(
        ByteBuffer.allocate(24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0xa1b2c3d4)
            .putShort((short) 2)
            .putShort((short) 4)
            .putLong(0)
            .putInt(65535)
            .putInt(1)
            .array());
    for (long i = 0; i < packets; i++) {
      micros += 1 + random.nextInt(20);
      if (random.nextInt(STRANGERS) == 0) {
        int from = 0xc6336400 + random.nextInt(256);
        segment(false, from, 1024 + random.nextInt(60000), 22, SYN, random.nextInt(), 0, 0);
      } else {
        next(random.nextInt(client.length));
      }
    }
  }

  private void next(int i) throws IOException {
    int data = size() - ETHERNET - HEADERS;
    int turn = step[i]++;
    switch (turn) {
      case 0:
        segment(false, client[i], clientPort[i], port, SYN, sentByClient[i]++, 0, 0);
        return;
      case 1:
        segment(
            true, client[i], clientPort[i], port, SYN | ACK, sentByServer[i]++, sentByClient[i], 0);
        return;
      case 2:
        segment(false, client[i], clientPort[i], port, ACK, sentByClient[i], sentByServer[i], 0);
        return;
      default:
        boolean leaving = turn % 2 == 0;
        int sequence = leaving ? sentByServer[i] : sentByClient[i];
        int known = leaving ? sentByClient[i] : sentByServer[i];
        segment(leaving, client[i], clientPort[i], port, ACK | PSH, sequence, known, data);
        if (leaving) {
          sentByServer[i] += data;
        } else {
          sentByClient[i] += data;
        }
    }
  }

  private int size() {
    if (!mixed) {
      return 64;
    }
    return random.nextInt(4) == 0 ? 64 + random.nextInt(1437) : SIZES[random.nextInt(SIZES.length)];
  }

  private void segment(
      boolean leaving,
      int from,
      int fromPort,
      int toPort,
      int flags,
      int sequence,
      int ack,
      int data)
      throws IOException {
    int ipLength = HEADERS + data;
    int length = Math.max(64, ETHERNET + ipLength);
    Arrays.fill(frame, 0, 64, (byte) 0);
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    putMac(bytes, 0, leaving ? peerMac : ownMac);
    putMac(bytes, 6, leaving ? ownMac : peerMac);
    bytes.putShort(12, (short) 0x0800);
    bytes.putShort(14, (short) 0x4500).putShort(16, (short) ipLength);
    bytes.putShort(18, (short) identification++).putShort(20, (short) 0x4000);
    bytes.put(22, (byte) (leaving ? 61 : 57)).put(23, (byte) 6);
    bytes.putInt(26, leaving ? ownAddress : from).putInt(30, leaving ? from : ownAddress);
    bytes.putShort(24, (short) fold(sum(14, 20)));
    bytes.putShort(34, (short) (leaving ? toPort : fromPort));
    bytes.putShort(36, (short) (leaving ? fromPort : toPort));
    bytes.putInt(38, sequence).putInt(42, ack);
    bytes.putShort(46, (short) (0x5000 | flags)).putShort(48, (short) 65000);
    Arrays.fill(frame, 54, 54 + data, (byte) sequence);
    long pseudo = sum(26, 8) + 6 + 20 + data;
    bytes.putShort(50, (short) fold(pseudo + sum(34, 20 + data)));
    ByteBuffer.wrap(record)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) (micros / 1_000_000))
        .putInt((int) (micros % 1_000_000))
        .putInt(length)
        .putInt(length);
    out.write(record);
    out.write(frame, 0, length);
  }

  private static void putMac(ByteBuffer bytes, int at, long mac) {
    bytes.putShort(at, (short) (mac >>> 32)).putInt(at + 2, (int) mac);
  }

  private long sum(int from, int count) {
    long sum = 0;
    for (int i = from; i < from + count; i += 2) {
      int low = i + 1 < from + count ? frame[i + 1] & 0xff : 0;
      sum += (frame[i] & 0xff) << 8 | low;
    }
    return sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }
}
