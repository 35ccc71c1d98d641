package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;

/** Recordings that are written for the purpose: state, time, and what is odd. */
class ReplayTrafficTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path CAPTURE =
      Fixtures.named("port-forward-complete").directory().resolve("capture");
  private static final String OUTSIDE = "02:ae:f0:16:b3:fe";
  private static final String INSIDE = "02:0c:ed:27:0e:d0";
  private static final String SERVER = "198.51.100.10:443";

  @TempDir private Path folder;

  private JsonNode replay(String... arguments) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("replay", CAPTURE.toString(), "--json"));
    all.addAll(Arrays.asList(arguments));
    int status =
        Rulewalk.run(
            all.toArray(String[]::new),
            new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
    assertTrue(status <= 1, err.toString());
    return MAPPER.readTree(out.toString());
  }

  private String outside(MadeTraffic traffic) throws IOException {
    return saved(traffic, "outside.pcap") + "@sys-net:ens6";
  }

  private String inside(MadeTraffic traffic) throws IOException {
    return saved(traffic, "inside.pcap") + "@sys-net:vif5.0";
  }

  private Path saved(MadeTraffic traffic, String name) throws IOException {
    return Files.write(folder.resolve(name), traffic.bytes());
  }

  /** Asks with what is known of treatments and without; both must say the same. */
  private JsonNode bothWays(String tap) throws IOException {
    JsonNode fast = replay(tap);
    assertEquals(replay(tap, "--every-packet"), fast);
    return fast;
  }

  private static long[] counted(JsonNode answer, String table, String chain, int rule) {
    JsonNode count =
        answer.path("counters").path("sys-net").path(table).path(chain).path("rules").path(rule);
    return new long[] {count.path(0).asLong(-1), count.path(1).asLong(-1)};
  }

  private static void connection(MadeTraffic traffic, String client, int end) {
    traffic
        .tcp(false, client, SERVER, MadeTraffic.SYN, 100, 0)
        .tcp(true, SERVER, client, MadeTraffic.SYN | MadeTraffic.ACK, 900, 101)
        .tcp(false, client, SERVER, MadeTraffic.ACK, 101, 901);
    if (end == MadeTraffic.FIN) {
      traffic
          .tcp(false, client, SERVER, MadeTraffic.FIN | MadeTraffic.ACK, 101, 901)
          .tcp(true, SERVER, client, MadeTraffic.FIN | MadeTraffic.ACK, 901, 102)
          .tcp(false, client, SERVER, MadeTraffic.ACK, 102, 902);
    } else if (end == MadeTraffic.RST) {
      traffic.tcp(false, client, SERVER, MadeTraffic.RST | MadeTraffic.ACK, 101, 901);
    }
  }

  @Test
  void connectionsThatBeginAlikeAreTreatedAsIfEachWasAsked() throws IOException {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    int[] ends = {0, MadeTraffic.FIN, MadeTraffic.RST};
    for (int i = 0; i < 60; i++) {
      String client = "198.51.100." + (100 + i % 20) + ":" + (2000 + i);
      connection(traffic, client, ends[i % 3]);
      // the same ports once more, at once: a connection that is open, ends, or was reset
      connection(traffic, client, ends[(i + 1) % 3]);
      traffic.tcp(false, client, "198.51.100.10:22", MadeTraffic.SYN, i, 0);
      // out of any window, and with flags that cannot be
      traffic.tcp(false, client, SERVER, MadeTraffic.ACK, 0x70000000L + i, 901);
      traffic.tcp(false, client, SERVER, MadeTraffic.SYN | MadeTraffic.FIN, 1, 0);
    }
    JsonNode answer = bothWays(outside(traffic));
    assertTrue(counted(answer, "ip nat", "PREROUTING", 2)[0] >= 60, answer.toString());
    assertTrue(answer.path("dropped").asLong() >= 120, answer.toString());
  }

  @Test
  void oneSocketThatTalksToManyKeepsItsTranslation() throws IOException {
    MadeTraffic traffic = new MadeTraffic(INSIDE);
    for (int i = 0; i < 40; i++) {
      traffic.udp(false, "10.137.0.6:" + (4000 + i % 3), "203.0.113." + (1 + i) + ":123");
      traffic.udp(false, "10.137.0.6:" + (5000 + i), "203.0.113.200:53");
    }
    JsonNode answer = bothWays(inside(traffic));
    assertEquals(80, counted(answer, "ip nat", "POSTROUTING", 2)[0], answer.toString());
    assertEquals(80, answer.path("forwarded").asLong());
  }

  @Test
  void connectionsEndByTheTimeOfTheRecording() throws IOException {
    String from = "10.137.0.6:4000";
    String to = "203.0.113.9:53";
    MadeTraffic traffic = new MadeTraffic(INSIDE);
    for (int gap : new int[] {0, 20, 29, 31, 10, 3600}) {
      traffic.later(gap).udp(false, from, to);
    }
    // without an answer, UDP is remembered for 30 s: three times it is new
    JsonNode answer = bothWays(inside(traffic));
    assertEquals(3, counted(answer, "ip nat", "POSTROUTING", 2)[0], answer.toString());
    assertEquals(6, answer.path("forwarded").asLong());
  }

  private static JsonNode trouble(JsonNode answer, String kind) {
    for (JsonNode each : answer.path("troubles")) {
      if (each.path("kind").asText().equals(kind)) {
        return each;
      }
    }
    throw new AssertionError("no " + kind + " in " + answer.path("troubles"));
  }

  private static byte[] tagged(byte[] frame, int... tags) {
    byte[] longer = new byte[frame.length + 2 * tags.length];
    System.arraycopy(frame, 0, longer, 0, 12);
    int at = 12;
    for (int part : tags) {
      longer[at++] = (byte) (part >> 8);
      longer[at++] = (byte) part;
    }
    System.arraycopy(frame, 12, longer, at, frame.length - 12);
    return longer;
  }

  @Test
  void oddPacketsDoNotStopTheOthers() throws IOException {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    String client = "198.51.100.7:3000";
    byte[] syn = traffic.tcpFrame(false, client, SERVER, MadeTraffic.SYN, 1, 0);
    byte[] service = tagged(syn, 0x88a8, 7, 0x8100, 8);
    byte[] offloaded = traffic.tcpFrame(true, SERVER, client, MadeTraffic.ACK, 1, 1);
    int pseudo = 198 * 256 + 51 + 100 * 256 + 10 + 198 * 256 + 51 + 100 * 256 + 7 + 6 + 20;
    int folded = (pseudo & 0xffff) + (pseudo >>> 16);
    offloaded[50] = (byte) (folded >> 8);
    offloaded[51] = (byte) folded;
    byte[] fragment = traffic.udpFrame(false, "198.51.100.8:53", "198.51.100.10:53");
    fragment[20] = 0x20;
    fragment[24] += 0x20;
    traffic.frame(syn, 0);
    traffic.frame(syn, syn.length);
    traffic.frame(service, 0);
    traffic.frame(offloaded, 0);
    traffic.frame(fragment, 0);
    traffic.frame(syn, syn.length - 40);
    traffic.tcp(false, "198.51.100.9:3000", SERVER, MadeTraffic.SYN, 1, 0);
    JsonNode answer = bothWays(outside(traffic));
    assertEquals(2, trouble(answer, "frame-too-short").path("firstPacket").asInt());
    assertEquals(3, trouble(answer, "no-vlan").path("firstPacket").asInt());
    assertEquals(4, trouble(answer, "offloaded").path("firstPacket").asInt());
    assertEquals(5, trouble(answer, "fragment").path("firstPacket").asInt());
    assertEquals(6, trouble(answer, "headers-snapped").path("firstPacket").asInt());
    assertEquals(2, counted(answer, "ip nat", "PREROUTING", 2)[0], answer.toString());
    assertTrue(answer.path("complete").asBoolean());
  }

  @Test
  void aWrongChecksumMakesAPacketInvalid() throws IOException {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    byte[] wrong = traffic.tcpFrame(false, "198.51.100.7:3000", SERVER, MadeTraffic.SYN, 1, 0);
    wrong[50] ^= 0x55;
    traffic.frame(wrong, 0);
    JsonNode answer = bothWays(outside(traffic));
    assertEquals(0, counted(answer, "ip nat", "PREROUTING", 2)[0], answer.toString());
    assertEquals(1, answer.path("dropped").asLong());
  }

  @Test
  void aFileThatEndsTooEarlyGivesWhatItHas() throws IOException {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    connection(traffic, "198.51.100.7:3000", MadeTraffic.FIN);
    byte[] whole = traffic.bytes();
    Path file = folder.resolve("cut.pcap");
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    JsonNode answer = replay(file + "@sys-net:ens6");
    assertEquals(5, answer.path("packets").asLong());
    assertEquals(6, trouble(answer, "cut-off").path("firstPacket").asInt());
    byte[] longer = whole.clone();
    // the second record says that it has two gigabytes
    longer[24 + 16 + 54 + 11] = 0x7f;
    Files.write(file, longer);
    answer = replay(file + "@sys-net:ens6");
    assertEquals(1, answer.path("packets").asLong());
    assertEquals(2, trouble(answer, "impossible-length").path("firstPacket").asInt());
  }

  @Test
  void standardInputIsRead() throws IOException {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    connection(traffic, "198.51.100.7:3000", MadeTraffic.FIN);
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(traffic.bytes()));
      assertEquals(6, replay("-@sys-net:ens6").path("packets").asLong());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void whoeverStopsItIsToldWhatIsKnown() throws Exception {
    MadeTraffic traffic = new MadeTraffic(OUTSIDE);
    connection(traffic, "198.51.100.7:3000", MadeTraffic.FIN);
    Path said = folder.resolve("said.json");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx200m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.rulewalk.diagnostics.cli.Rulewalk",
                "replay",
                CAPTURE.toString(),
                "-@sys-net:ens6",
                "--json")
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(traffic.bytes());
      in.flush();
      // the stream stays open; until it has begun, stopping it says nothing
      for (int turn = 0; turn < 60 && Files.size(said) == 0 && process.isAlive(); turn++) {
        Thread.sleep(500);
        if (reads(process)) {
          // Process.destroy closes the stream as well, which would be its end
          process.toHandle().destroy();
          process.waitFor(10, TimeUnit.SECONDS);
        }
      }
    } finally {
      process.destroyForcibly();
    }
    JsonNode answer = MAPPER.readTree(Files.readString(said, StandardCharsets.UTF_8));
    assertFalse(answer.path("complete").asBoolean(true), answer.toString());
    assertTrue(answer.path("packets").asLong() <= 6, answer.toString());
  }

  /** Whether a process has a thread that reads recordings. */
  private static boolean reads(Process process) throws IOException {
    if (!process.isAlive()) {
      return false;
    }
    try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path thread : (Iterable<Path>) threads::iterator) {
        if (Files.readString(thread.resolve("comm")).strip().equals("reader")) {
          return true;
        }
      }
    }
    return false;
  }
}
