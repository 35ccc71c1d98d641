package org.rulewalk.parsers.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.recording.Troubles.Kind;

class RecordingTest {
  private static final byte[] IPV4 = {
    0x45, 0, 0, 28, 0x12, 0x34, 0, 0, 61, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 53, 4, 1, 0, 8, 0,
    0
  };
  private static final long NANOS = 1_700_000_001_123_456_789L;

  private final Troubles troubles = new Troubles();

  /** What is known of a frame once the next one was read. */
  private record Read(
      long number, long nanos, Frame.Content content, String ip, Frame.Direction way) {}

  private List<Read> read(byte[] file) throws IOException {
    List<Read> all = new ArrayList<>();
    try (Recording recording =
        Recording.open(new ByteArrayInputStream(file), "test.pcap", file.length, troubles)) {
      Frame frame = new Frame();
      while (recording.next(frame)) {
        Frame.Content content = LinkLayer.read(frame);
        byte[] ip =
            content == Frame.Content.IP
                ? Arrays.copyOfRange(
                    frame.bytes(), frame.ipStart(), frame.ipStart() + frame.ipLength())
                : new byte[0];
        all.add(
            new Read(
                frame.number(),
                frame.nanos(),
                content,
                java.util.HexFormat.of().formatHex(ip),
                frame.direction()));
      }
      assertFalse(recording.next(frame), "the end stays the end");
    }
    return all;
  }

  private static ByteBuffer buffer(boolean big, int size) {
    return ByteBuffer.allocate(size).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] pcap(boolean big, boolean nanos, int link, byte[]... frames) {
    int size = 24 + Arrays.stream(frames).mapToInt(f -> 16 + f.length).sum();
    ByteBuffer file = buffer(big, size);
    file.putInt(nanos ? 0xa1b23c4d : 0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
    file.putLong(0).putInt(0).putInt(link);
    for (byte[] frame : frames) {
      file.putInt((int) (NANOS / 1_000_000_000L));
      file.putInt((int) (NANOS % 1_000_000_000L) / (nanos ? 1 : 1000));
      file.putInt(frame.length).putInt(frame.length).put(frame);
    }
    return file.array();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] ethernet(String behindAddresses) {
    return joined(hex("020000000001 020000000002 " + behindAddresses), IPV4);
  }

  private static String text(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  @Test
  void classicFilesOfBothByteOrdersAndResolutions() throws IOException {
    for (boolean big : new boolean[] {false, true}) {
      for (boolean nanos : new boolean[] {false, true}) {
        List<Read> all = read(pcap(big, nanos, 1, ethernet("0800"), ethernet("0800")));
        assertEquals(2, all.size());
        assertEquals(2, all.get(1).number());
        assertEquals(nanos ? NANOS : NANOS / 1000 * 1000, all.get(0).nanos());
        assertEquals(text(IPV4), all.get(0).ip());
      }
    }
    assertTrue(troubles.all().isEmpty());
  }

  @Test
  void eachLinkLayerLeadsToTheSamePacket() throws IOException {
    String cooked = "0004 0001 0006 020000000002 0000 0800";
    String cooked2 = "0800 0000 00000007 0001 04 06 020000000002 0000";
    Object[][] layers = {
      {1, ethernet("0800")},
      {1, ethernet("8100 0064 0800")},
      {1, ethernet("88a8 0064 8100 0007 0800")},
      {101, IPV4},
      {228, IPV4},
      {113, joined(hex(cooked), IPV4)},
      {276, joined(hex(cooked2), IPV4)},
      {0, joined(hex("02000000"), IPV4)},
      {0, joined(hex("00000002"), IPV4)},
      {108, joined(hex("00000002"), IPV4)},
    };
    for (Object[] layer : layers) {
      Read only = read(pcap(false, false, (int) layer[0], (byte[]) layer[1])).get(0);
      assertEquals(Frame.Content.IP, only.content(), "link type " + layer[0]);
      assertEquals(text(IPV4), only.ip(), "link type " + layer[0]);
    }
    Read sent = read(pcap(false, false, 276, joined(hex(cooked2), IPV4))).get(0);
    assertEquals(Frame.Direction.OUT, sent.way());
  }

  @Test
  void cookedV2TellsTheInterface() throws IOException {
    byte[] file =
        pcap(true, true, 276, joined(hex("0800 0000 00000007 0001 00 06 020000000002 0000"), IPV4));
    try (Recording recording =
        Recording.open(new ByteArrayInputStream(file), "any.pcap", 0, troubles)) {
      Frame frame = new Frame();
      assertTrue(recording.next(frame));
      LinkLayer.read(frame);
      assertEquals(7, frame.interfaceIndex());
      assertEquals(Frame.Direction.IN, frame.direction());
    }
  }

  private static byte[] block(boolean big, int type, byte[] body) {
    int padded = body.length + 3 & ~3;
    return buffer(big, 12 + padded)
        .putInt(type)
        .putInt(12 + padded)
        .put(Arrays.copyOf(body, padded))
        .putInt(12 + padded)
        .array();
  }

  private static byte[] section(boolean big) {
    return block(big, 0x0a0d0d0a, buffer(big, 16).putInt(0x1a2b3c4d).putInt(1).putLong(-1).array());
  }

  private static byte[] nanosecondInterface(boolean big, int link) {
    ByteBuffer body = buffer(big, 8 + 12 + 8 + 4);
    body.putShort((short) link).putShort((short) 0).putInt(0);
    body.putShort((short) 2)
        .putShort((short) 5)
        .put("vif3.0".substring(0, 5).getBytes())
        .put(new byte[3]);
    body.putShort((short) 9).putShort((short) 1).put((byte) 9).put(new byte[3]).putInt(0);
    return block(big, 1, body.array());
  }

  private static byte[] enhanced(boolean big, byte[] frame, int flags) {
    int padded = frame.length + 3 & ~3;
    ByteBuffer body = buffer(big, 20 + padded + 12);
    body.putInt(0).putInt((int) (NANOS >>> 32)).putInt((int) NANOS);
    body.putInt(frame.length).putInt(frame.length).put(Arrays.copyOf(frame, padded));
    body.putShort((short) 2).putShort((short) 4).putInt(flags).putInt(0);
    return block(big, 6, body.array());
  }

  @Test
  void nextGenerationFilesTellNamesTimesAndDirections() throws IOException {
    for (boolean big : new boolean[] {false, true}) {
      byte[] file =
          joined(
              section(big),
              nanosecondInterface(big, 101),
              block(big, 0x0bad, new byte[40]),
              enhanced(big, IPV4, 1),
              enhanced(big, IPV4, 2));
      List<Read> all = read(file);
      assertEquals(2, all.size());
      assertEquals(NANOS, all.get(0).nanos());
      assertEquals(Frame.Direction.IN, all.get(0).way());
      assertEquals(Frame.Direction.OUT, all.get(1).way());
      assertEquals(text(IPV4), all.get(1).ip());
    }
  }

  @Test
  void compressedFilesReadLikePlainOnes() throws IOException {
    byte[] plain = pcap(false, false, 1, ethernet("0800"), ethernet("0800"));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(plain);
    }
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdCompressorOutputStream(zstd)) {
      out.write(plain);
    }
    List<Read> wanted = read(plain);
    assertEquals(wanted, read(gzip.toByteArray()));
    assertEquals(wanted, read(zstd.toByteArray()));
  }

  private Troubles.Trouble onlyTrouble() {
    assertEquals(1, troubles.all().size(), troubles.all().toString());
    return troubles.all().get(0);
  }

  @Test
  void aFileThatEndsWithinAPacketGivesThoseBefore() throws IOException {
    byte[] whole = pcap(false, false, 1, ethernet("0800"), ethernet("0800"));
    assertEquals(1, read(Arrays.copyOf(whole, whole.length - 5)).size());
    assertEquals(Kind.CUT_OFF, onlyTrouble().kind());
    assertEquals(2, onlyTrouble().first());
  }

  @Test
  void aLengthThatCannotBeEndsTheFile() throws IOException {
    byte[] file = pcap(false, false, 1, ethernet("0800"), ethernet("0800"), ethernet("0800"));
    int second = 24 + 16 + ethernet("0800").length;
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(second + 8, 0x7fffffff);
    assertEquals(1, read(file).size());
    assertEquals(Kind.IMPOSSIBLE_LENGTH, onlyTrouble().kind());
    assertEquals(2, onlyTrouble().first());
  }

  @Test
  void whatIsNoRecordingSaysWhatItBeginsWith() {
    BadRecording bad = assertThrows(BadRecording.class, () -> read("*filter\n:INPUT".getBytes()));
    assertTrue(bad.getMessage().contains("2a66696c"), bad.getMessage());
    assertThrows(BadRecording.class, () -> read(new byte[2]));
  }

  @Test
  void framesShorterThanTheirHeaderAreCut() throws IOException {
    for (int link : new int[] {0, 1, 108, 113, 276}) {
      assertEquals(Frame.Content.CUT, read(pcap(false, false, link, new byte[3])).get(0).content());
    }
    assertEquals(
        Frame.Content.CUT,
        read(pcap(false, false, 1, hex("020000000001 020000000002 8100"))).get(0).content());
    assertEquals(Frame.Content.UNKNOWN_LINK, read(pcap(false, false, 147, IPV4)).get(0).content());
  }

  @Test
  void garbageNeitherThrowsNorRunsOn() throws IOException {
    byte[][] starts = {
      pcap(false, false, 1, ethernet("0800"), ethernet("8100 0064 0800")),
      joined(section(true), nanosecondInterface(true, 1), enhanced(true, ethernet("0800"), 1))
    };
    long seed = 20260111;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] file = starts[round % 2].clone();
      for (int change = 0; change < 1 + random.nextInt(6); change++) {
        file[4 + random.nextInt(file.length - 4)] = (byte) random.nextInt();
      }
      try {
        assertTrue(read(file).size() <= 3, "seed " + seed + ", round " + round);
      } catch (BadRecording e) {
        assertTrue(e.getMessage().startsWith("test.pcap"), e.getMessage());
      }
    }
  }
}
