package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rulewalk.fixtures.Fixtures;

/** One question to {@code why}, as screen and as JSON, for tests that read like the answers. */
final class Asked {
  private final String question;
  private final int status;
  private final String screen;
  private final JsonNode json;

  private Asked(Path capture, String question) {
    this.question = question;
    List<String> words = new ArrayList<>(List.of("why", capture.toString()));
    words.addAll(List.of(question.split(" ")));
    StringWriter text = new StringWriter();
    status = run(words, text);
    words.add("--json");
    StringWriter members = new StringWriter();
    assertEquals(status, run(words, members), "text and JSON end with the same status");
    screen = text.toString();
    try {
      json = new ObjectMapper().readTree(members.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int run(List<String> words, StringWriter out) {
    return Rulewalk.run(
        words.toArray(String[]::new),
        new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), false, false));
  }

  /** {@code why} about a recorded network: {@code "work untrusted tcp/443"}. */
  static Asked of(String capture, String question) {
    return new Asked(Fixtures.named(capture).capture(), question);
  }

  /** The same without some files of the capture. */
  static Asked without(Path folder, String capture, String missing, String question) {
    Path copy = copy(folder, capture);
    try {
      for (String file : missing.split(" ")) {
        Files.delete(copy.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Asked(copy, question);
  }

  static Asked at(Path capture, String question) {
    return new Asked(capture, question);
  }

  /** A capture that may be changed. */
  static Path copy(Path folder, String capture) {
    Path from = Fixtures.named(capture).capture();
    Path to = folder.resolve("capture");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return to;
  }

  /** Nothing stops it. */
  void isReachable() {
    assertEquals("reachable", json.path("verdict").asText(), screen);
    assertEquals(Rulewalk.YES, status);
    assertTrue(screen.startsWith("✓ REACHABLE"), screen);
    assertEquals(0, json.path("causes").size(), screen);
  }

  /** Something stops it, whose causes are these, in their order: {@code "rule sys-firewall"}. */
  Asked isBlockedBy(String... causes) {
    assertEquals("blocked", json.path("verdict").asText(), screen);
    assertEquals(Rulewalk.NO, status);
    List<String> found = new ArrayList<>();
    json.path("causes")
        .forEach(
            cause -> found.add(cause.path("kind").asText() + " " + cause.path("machine").asText()));
    assertEquals(List.of(causes), found, question + "\n" + screen);
    return this;
  }

  /** It can't be decided without this file. */
  void isUndecidedWithout(String file) {
    assertEquals("undecided", json.path("verdict").asText(), screen);
    assertEquals(Rulewalk.UNDECIDED, status);
    String head = screen.substring(0, screen.indexOf('\n'));
    assertTrue(head.contains("can't be decided: needs ") && head.contains(file), screen);
    boolean named = false;
    for (JsonNode assumed : json.path("assumptions")) {
      named |= assumed.path("missing").asText().equals(file) && assumed.path("decides").asBoolean();
    }
    assertTrue(named, json.path("assumptions").toString());
    assertEquals(0, json.path("fixes").size(), "no commands against what may not be so");
    assertFalse(
        json.path("warnings").findValuesAsText("kind").contains("advice"), "no advice either");
  }

  /** The first cause is told with these words. */
  Asked because(String words) {
    String text = json.path("causes").path(0).path("text").asText();
    assertTrue(text.contains(words), text);
    return this;
  }

  /** What is behind the first cause. */
  JsonNode about() {
    return json.path("causes").path(0).path("about");
  }

  Asked about(String id) {
    assertEquals(id, about().path("id").asText(), json.path("causes").toString());
    return this;
  }

  /** The fix with this number, from 1, is on this machine and consists of these commands. */
  Asked fix(int number, String machine, String... commands) {
    JsonNode fix = json.path("fixes").path(number - 1);
    assertEquals(machine, fix.path("machine").asText(), json.path("fixes").toString());
    List<String> found = new ArrayList<>();
    fix.path("now").forEach(command -> found.add(command.asText()));
    assertEquals(List.of(commands), found);
    for (String command : commands) {
      assertTrue(screen.contains(command), screen);
    }
    return this;
  }

  /** There are so many fixes, and with them the model answers as wished. */
  Asked fixes(int count) {
    assertEquals(count, json.path("fixes").size(), json.path("fixes").toString());
    assertTrue(json.path("fixesChecked").asBoolean(), screen);
    return this;
  }

  /** Where a fix is kept; empty for one that needs no file. */
  Asked keptIn(int number, String file) {
    JsonNode persist = json.path("fixes").path(number - 1).path("persist");
    assertEquals(file, persist.path("file").asText("").replace("null", ""), persist.toString());
    return this;
  }

  /** What is said beside the fixes. */
  Asked warns(String words) {
    String warnings = json.path("warnings").toString();
    assertTrue(warnings.contains(words), warnings);
    return this;
  }

  /** Words that must not be on the screen. */
  Asked neverSays(String words) {
    assertTrue(!screen.contains(words), screen);
    return this;
  }

  String screen() {
    return screen;
  }

  JsonNode json() {
    return json;
  }
}
