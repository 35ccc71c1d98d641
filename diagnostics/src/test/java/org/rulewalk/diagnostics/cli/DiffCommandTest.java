package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;

class DiffCommandTest {
  private static final String RULES = "iptables-save.txt";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();

  private int diff(Path after, String... more) {
    out.getBuffer().setLength(0);
    String[] words = new String[more.length + 3];
    words[0] = "diff";
    words[1] = capture("before").toString();
    words[2] = after.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    StringWriter err = new StringWriter();
    return Rulewalk.run(
        words, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private Path capture(String name, String... without) {
    try {
      Path from = Fixtures.named("found-copies-iptables").capture().resolve("vms/gate");
      Path machine = Files.createDirectories(folder.resolve(name).resolve("vms/gate"));
      for (String file : List.of("ip-addr.txt", "ip-route.txt", RULES)) {
        Files.writeString(machine.resolve(file), Files.readString(from.resolve(file)));
      }
      for (String words : without) {
        List<String> left =
            Files.readAllLines(machine.resolve(RULES)).stream()
                .filter(line -> !line.contains(words))
                .toList();
        Files.write(machine.resolve(RULES), left);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return folder.resolve(name);
  }

  @Test
  void nothingDiffers() {
    assertEquals(Rulewalk.YES, diff(capture("after")));
    assertTrue(out.toString().contains("No packet is treated differently"), out.toString());
    assertTrue(!out.toString().contains("Not compared"), out.toString());
  }

  @Test
  void otherCopiesAreSaidNotToBeCompared() throws IOException {
    Path after = capture("after", "-A FORWARD -p udp");
    diff(after);
    assertTrue(
        out.toString().contains("copies that rules send elsewhere (TEE, dup)"), out.toString());
    diff(after, "--json");
    assertEquals(
        "gate",
        new ObjectMapper()
            .readTree(out.toString())
            .path("machines")
            .path("copiesNotCompared")
            .path(0)
            .asText());
  }
}
