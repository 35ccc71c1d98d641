package org.rulewalk.parsers.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;

/** Our reader and libpcap's, by pcap4j, must see the same frames. */
class ReferenceTest {
  @TempDir private Path folder;

  @BeforeAll
  static void libpcapIsThere() {
    try {
      Pcaps.libVersion();
    } catch (LinkageError e) {
      Assumptions.abort("libpcap is not installed (libpcap0.8): " + e.getMessage());
    }
  }

  private static byte[] file(Random random, boolean nanos) {
    ByteBuffer file = ByteBuffer.allocate(1 << 16);
    file.putInt(nanos ? 0xa1b23c4d : 0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
    file.putLong(0).putInt(65535).putInt(1);
    for (int i = 0; i < 40; i++) {
      byte[] frame = new byte[random.nextInt(1500)];
      random.nextBytes(frame);
      file.putInt(1_700_000_000 + i).putInt(random.nextInt(nanos ? 1_000_000_000 : 1_000_000));
      file.putInt(frame.length).putInt(frame.length + random.nextInt(3)).put(frame);
    }
    return Arrays.copyOf(file.array(), file.position());
  }

  @Test
  void framesTimesAndLengthsAreLibpcaps() throws Exception {
    for (boolean nanos : new boolean[] {false, true}) {
      byte[] bytes = file(new Random(7), nanos);
      Path path = folder.resolve("frames.pcap");
      Files.write(path, bytes);
      try (PcapHandle reference =
              Pcaps.openOffline(path.toString(), PcapHandle.TimestampPrecision.NANO);
          Recording recording = Recording.open(path, new Troubles())) {
        Frame frame = new Frame();
        int count = 0;
        while (recording.next(frame)) {
          byte[] wanted = reference.getNextRawPacketEx();
          assertArrayEquals(
              wanted,
              Arrays.copyOfRange(frame.bytes(), frame.start(), frame.start() + frame.captured()));
          assertEquals(reference.getTimestamp().getNanos(), (int) (frame.nanos() % 1_000_000_000L));
          assertEquals(reference.getOriginalLength(), frame.wire());
          count++;
        }
        assertEquals(40, count);
      }
    }
  }

  @Test
  void filtersAreThoseOfTcpdump() throws IOException {
    byte[] udp = {
      2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 28, 0, 1, 0, 0, 61, 17, 0, 0, 10, 0, 0,
      1, 10, 0, 0, 2, 0, 53, 4, 1, 0, 8, 0, 0
    };
    ByteBuffer file = ByteBuffer.allocate(24 + 16 + udp.length);
    file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
    file.putInt(65535).putInt(1).putInt(1).putInt(1).putInt(udp.length).putInt(udp.length).put(udp);
    try (Recording recording =
        Recording.open(new ByteArrayInputStream(file.array()), "udp.pcap", 0, new Troubles())) {
      Frame frame = new Frame();
      assertTrue(recording.next(frame));
      assertTrue(FrameFilter.of("udp port 53 and host 10.0.0.2").takes(frame));
      assertFalse(FrameFilter.of("tcp port 53").takes(frame));
    }
    assertThrows(BadRecording.class, () -> FrameFilter.of("udp portt 53"));
  }
}
