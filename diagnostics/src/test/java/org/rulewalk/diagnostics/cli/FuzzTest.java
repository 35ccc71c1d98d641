package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;

/**
 * Broken captures: whatever the files hold, they are loaded, told about and simulated, without a
 * crash, a hang, or memory without bound.
 *
 * <p>Runs a fixed number of captures, always the same; with {@code -Drulewalk.fuzz.seconds=600} as
 * many as fit into that time, from {@code -Drulewalk.fuzz.seed} on. The heap is what surefire is
 * given. What fails is kept in {@code target/fuzz} with its seed.
 */
class FuzzTest {
  private static final int CAPTURES = 150;
  private static final Duration HANG = Duration.ofSeconds(30);

  private final List<Fixture> fixtures = Fixtures.own();
  private final long seconds = Long.getLong("rulewalk.fuzz.seconds", 0);
  private final long firstSeed =
      Long.getLong("rulewalk.fuzz.seed", seconds > 0 ? System.nanoTime() & 0xffffffffL : 1);

  @TempDir private Path folder;

  @Test
  void noCaptureBreaksIt() throws IOException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long seed = firstSeed;
    long last = firstSeed + CAPTURES;
    while (seconds > 0 ? System.nanoTime() < end : seed < last) {
      one(seed++);
    }
    System.out.println("fuzz: " + (seed - firstSeed) + " captures, seeds from " + firstSeed);
    assertTrue(seed > firstSeed);
  }

  private void one(long seed) throws IOException {
    Random random = new Random(seed);
    Fixture fixture = fixtures.get(random.nextInt(fixtures.size()));
    Path capture = folder.resolve("capture");
    copy(fixture.capture(), capture);
    breakSome(capture, random);
    try {
      assertTimeoutPreemptively(HANG, () -> use(capture, fixture));
    } catch (Throwable e) {
      Path kept = Path.of("target", "fuzz", "seed-" + seed);
      delete(kept);
      Files.createDirectories(kept.getParent());
      copy(capture, kept);
      throw new AssertionError("seed " + seed + ", kept in " + kept.toAbsolutePath(), e);
    } finally {
      delete(capture);
    }
  }

  private static void breakSome(Path capture, Random random) throws IOException {
    List<Path> files = files(capture);
    ListingMutator mutator = new ListingMutator(random);
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      Path file = files.get(random.nextInt(files.size()));
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      boolean json = file.toString().endsWith(".json") && random.nextInt(3) > 0;
      Files.write(file, json ? new JsonMutator(random).mutated(text) : mutator.mutated(text));
      if (random.nextInt(20) == 0) {
        Path other = files.get(random.nextInt(files.size()));
        Files.write(other, Files.readAllBytes(file));
      }
    }
  }

  private static void use(Path capture, Fixture fixture) throws IOException {
    String at = capture.toString();
    command("check", at, "--json");
    command("check", at, "-v");
    command("audit", at, "--json");
    command("journal", at, "-v");
    command("journal", at, "--json");
    String probes = fixture.probes().toString();
    command("trace", at, "--probes", probes, "--json");
    for (JsonNode probe : connects(fixture)) {
      JsonNode asked = probe.path("connect");
      String proto = asked.path("proto").asText();
      String service = proto.equals("icmp") ? "ping" : proto + "/" + asked.path("port").asText();
      command("why", at, asked.path("machine").asText(), asked.path("to").asText(), service, "-v");
    }
  }

  private static List<JsonNode> connects(Fixture fixture) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(fixture.probes())) {
      JsonNode probe = new ObjectMapper().readTree(line);
      if (probe.has("connect") && found.size() < 2) {
        found.add(probe);
      }
    }
    return found;
  }

  /** No bug, no escape sequence; an exit status of the contract. */
  private static void command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Rulewalk.run(
            arguments, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
    assertTrue(status >= 0 && status <= 3, () -> String.join(" ", arguments) + "\n" + err);
    assertEquals(-1, (out.toString() + err).indexOf('\u001b'), () -> String.join(" ", arguments));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return new ArrayList<>(found.filter(Files::isRegularFile).sorted().toList());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path copy = to.resolve(from.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
