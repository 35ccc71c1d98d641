package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.fixtures.Fixtures;

class ReplayCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(List<String> arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Rulewalk.run(
        arguments.toArray(String[]::new),
        new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private JsonNode json(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--json");
    int status = run(all);
    assertTrue(status <= 1, err.toString());
    return MAPPER.readTree(out.toString());
  }

  static List<Path> replays() {
    return Fixtures.replays();
  }

  private static Path own() {
    return Fixtures.replays().get(0);
  }

  /** {@code replay CAPTURE} with all recordings of a folder, or those of some places. */
  private static List<String> replay(Path replay, String... places) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("replay", replay.resolve("capture").toString()));
    try (Stream<Path> files = Files.walk(replay.resolve("pcap"))) {
      files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> file + "@" + place(file))
          .filter(text -> places.length == 0 || Arrays.stream(places).anyMatch(text::endsWith))
          .forEach(arguments::add);
    }
    return arguments;
  }

  private static String place(Path file) {
    String name = file.getFileName().toString();
    return file.getParent().getFileName() + ":" + name.substring(0, name.indexOf(".pcap"));
  }

  @Test
  void thereAreRecordingsInTheRepository() {
    assertTrue(own().toString().contains("fixtures"), own().toString());
  }

  @ParameterizedTest
  @MethodSource("replays")
  void everyCounterIsTheKernels(Path replay) throws IOException {
    JsonNode actual = json(replay(replay)).path("counters");
    JsonNode expected = MAPPER.readTree(replay.resolve("counters.json").toFile());
    List<String> wrong = new ArrayList<>();
    int[] compared = {0};
    expected
        .fields()
        .forEachRemaining(
            machine ->
                machine
                    .getValue()
                    .fields()
                    .forEachRemaining(
                        table ->
                            table
                                .getValue()
                                .fields()
                                .forEachRemaining(
                                    chain -> {
                                      JsonNode got =
                                          actual
                                              .path(machine.getKey())
                                              .path(table.getKey())
                                              .path(chain.getKey());
                                      String where =
                                          machine.getKey()
                                              + " "
                                              + table.getKey()
                                              + " "
                                              + chain.getKey();
                                      compared[0] += compare(chain.getValue(), got, where, wrong);
                                    })));
    assertTrue(compared[0] > 20, "only " + compared[0] + " counters");
    assertEquals(List.of(), wrong);
  }

  private static int compare(JsonNode expected, JsonNode got, String where, List<String> wrong) {
    int compared = 0;
    for (int rule = 0; rule < expected.path("rules").size(); rule++) {
      JsonNode wanted = expected.path("rules").path(rule);
      if (!wanted.isNull()) {
        compared++;
        if (!wanted.equals(got.path("rules").path(rule))) {
          wrong.add(
              where + " " + (rule + 1) + ": " + got.path("rules").path(rule) + " not " + wanted);
        }
      }
    }
    if (expected.has("policy")) {
      compared++;
      if (!expected.path("policy").equals(got.path("policy"))) {
        wrong.add(where + " policy: " + got.path("policy") + " not " + expected.path("policy"));
      }
    }
    return compared;
  }

  @ParameterizedTest
  @MethodSource("replays")
  void everythingThatLeftWasForetold(Path replay) throws IOException {
    JsonNode answer = json(replay(replay));
    assertEquals(answer.path("left").asLong(), answer.path("agreed").asLong());
    assertEquals(0, answer.path("disagreements").size(), answer.path("disagreements").toString());
    assertEquals(
        answer.path("arrived").asLong(),
        answer.path("delivered").asLong()
            + answer.path("forwarded").asLong()
            + answer.path("dropped").asLong());
  }

  @ParameterizedTest
  @MethodSource("replays")
  void knownTreatmentsGiveWhatRulesWouldSay(Path replay) throws IOException {
    for (String[] places : new String[][] {{}, {"@sys-net:ens5"}, {"@sys-firewall:vif3.0"}}) {
      List<String> fast = replay(replay, places);
      List<String> slow = new ArrayList<>(fast);
      slow.add("--every-packet");
      assertEquals(json(slow), json(fast), String.join(" ", places));
    }
  }

  @Test
  void oneRecordingAtTheEdgeTellsOfTheMachinesBehind() throws IOException {
    JsonNode all = json(replay(own()));
    JsonNode edge = json(replay(own(), "@sys-firewall:vif3.0"));
    assertTrue(edge.path("carriedOn").asLong() > 0, "packets go on to machines without recordings");
    assertTrue(edge.path("inferred").asLong() > 0, "answers come from there");
    assertTrue(edge.path("packets").asLong() < all.path("packets").asLong());
  }

  @Test
  void theScreenNamesRulesAndHowToAsk() throws IOException {
    assertEquals(1, run(replay(own())));
    String screen = out.toString();
    assertTrue(screen.contains("packets, "), screen);
    assertTrue(screen.contains("rulewalk why "), screen);
    assertTrue(screen.contains("rules matched no packet of this traffic"), screen);
    assertFalse(screen.contains("The recording says otherwise"), screen);
  }

  @Test
  void theSameRulesAgainstThemselvesChangeNothing() throws IOException {
    List<String> arguments = replay(own());
    arguments.addAll(List.of("--against", own().resolve("capture").toString()));
    assertEquals(0, json(arguments).path("against").size());
  }

  @Test
  void otherRulesWouldHaveBrokenRealFlows() throws IOException {
    Path other = folder.resolve("other");
    copy(own().resolve("capture"), other);
    Path vm = other.resolve("vms/sys-firewall");
    Files.deleteIfExists(vm.resolve("nft-list-ruleset.json"));
    Files.deleteIfExists(vm.resolve("iptables-save.txt"));
    Files.writeString(
        vm.resolve("nft-list-ruleset.txt"),
        "table ip filter {\n\tchain FORWARD {\n"
            + "\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n");
    List<String> arguments = replay(own());
    arguments.addAll(List.of("--against", other.toString()));
    JsonNode changes = json(arguments).path("against");
    assertTrue(changes.size() > 0, "a machine that forwards nothing breaks something");
    assertEquals("drop", changes.path(0).path("after").asText());
    assertEquals("sys-firewall", changes.path(0).path("machine").asText());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }

  @Test
  void droppedPacketsAreWrittenAsTableAndRecording() throws IOException {
    Path csv = folder.resolve("flows.csv");
    Path pcap = folder.resolve("dropped.pcap");
    List<String> arguments = replay(own());
    arguments.addAll(List.of("--csv", csv.toString(), "--write-dropped", pcap.toString()));
    JsonNode answer = json(arguments);
    assertEquals(answer.path("drops").size() + 1, Files.readAllLines(csv).size());
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap));
    file.position(24);
    long packets = 0;
    while (file.hasRemaining()) {
      int length = file.getInt(file.position() + 8);
      file.position(file.position() + 16 + length);
      packets++;
    }
    assertEquals(answer.path("dropped").asLong(), packets);
  }

  @Test
  void limitsTakeAPart() throws IOException {
    List<String> few = replay(own());
    few.addAll(List.of("--limit", "10"));
    JsonNode answer = json(few);
    assertEquals(10, answer.path("packets").asLong());
    List<String> late = replay(own());
    late.addAll(List.of("--from", "2100-01-01"));
    assertEquals(0, json(late).path("packets").asLong());
    List<String> wrong = replay(own());
    wrong.addAll(List.of("--to", "yesterday"));
    assertEquals(2, run(wrong));
  }

  @Test
  void countersOfTheCaptureAreCompared() throws IOException {
    List<String> arguments = replay(own());
    arguments.add("--counters");
    JsonNode check = json(arguments).path("counterCheck");
    // the capture was made before the first packet: its counters stand at zero
    assertTrue(check.path("compared").asInt() > check.path("agree").asInt());
  }

  @Test
  void badPlacesAndFilesSayWhatIsWrong() throws IOException {
    String capture = own().resolve("capture").toString();
    assertEquals(2, run(List.of("replay", capture, "nowhere.pcap@sys-net:ens5")));
    assertEquals("rulewalk: nowhere.pcap: no such file\n", err.toString());
    assertEquals(2, run(List.of("replay", capture, "x.pcap@nobody:ens5")));
    assertTrue(err.toString().contains("there is no machine \"nobody\""), err.toString());
    assertEquals(2, run(List.of("replay", capture, "x.pcap@sys-net:ens99")));
    assertEquals(2, run(List.of("replay", capture, "x.pcap")));
    Path text = folder.resolve("rules.pcap");
    Files.writeString(text, "*filter\n:INPUT ACCEPT [0:0]\n");
    assertEquals(2, run(List.of("replay", capture, text + "@sys-net:ens5")));
    assertTrue(err.toString().contains("is no recording"), err.toString());
  }

  /** The first recording of the machine, with some of its bytes changed. */
  private String changed(java.util.function.Consumer<ByteBuffer> change) throws IOException {
    String tap = replay(own(), "@sys-net:ens5").get(2);
    Path from = Path.of(tap.substring(0, tap.lastIndexOf('@')));
    byte[] bytes;
    try (InputStream in =
        from.toString().endsWith(".gz")
            ? new GZIPInputStream(Files.newInputStream(from))
            : Files.newInputStream(from)) {
      bytes = in.readAllBytes();
    }
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Path to = folder.resolve("changed.pcap");
    Files.write(to, bytes);
    return to + "@sys-net:ens5";
  }

  private JsonNode troubles(java.util.function.Consumer<ByteBuffer> change) throws IOException {
    ObjectNode answer =
        (ObjectNode) json(List.of("replay", own().resolve("capture").toString(), changed(change)));
    return answer.path("troubles");
  }

  /** Makes the first packet four bytes longer than what was recorded of it. */
  private static void lengthen(ByteBuffer file, int ip) {
    file.putInt(24 + 12, file.getInt(24 + 12) + 4);
    file.order(ByteOrder.BIG_ENDIAN);
    file.putShort(ip + 2, (short) (file.getShort(ip + 2) + 4));
    int sum = (~file.getShort(ip + 10) & 0xffff) + 4;
    file.putShort(ip + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
  }

  @Test
  void oddPacketsAreCountedWithTheirNumber() throws IOException {
    int first = 24 + 16;
    JsonNode arp = troubles(b -> b.putShort(first + 12, (short) 0x0608));
    assertEquals("not-ip", arp.path(0).path("kind").asText());
    assertEquals(1, arp.path(0).path("firstPacket").asInt());
    JsonNode garbage = troubles(b -> b.put(first + 14, (byte) 0));
    assertEquals("no-ip-header", garbage.path(0).path("kind").asText());
    JsonNode snapped = troubles(b -> lengthen(b, first + 14));
    assertEquals("snapped", snapped.path(0).path("kind").asText());
    JsonNode late = troubles(b -> b.putInt(24, b.getInt(24) + 1));
    assertEquals("back-in-time", late.path(0).path("kind").asText());
    JsonNode link = troubles(b -> b.putInt(20, 147));
    assertEquals("unknown-link", link.path(0).path("kind").asText());
  }
}
