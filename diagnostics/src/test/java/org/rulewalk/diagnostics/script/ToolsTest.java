package org.rulewalk.diagnostics.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/**
 * Commands, one after the other, give the exit status, the first line of the message and the rules
 * that the real tools give.
 */
class ToolsTest {
  @BeforeEach
  void namespaces() {
    Namespace.need();
  }

  @ParameterizedTest(name = "{2} on {1} of {0}")
  @CsvSource({
    "r41-default, sys-firewall, iptables",
    "r41-default, sys-firewall, nft",
    "r42-default, sys-firewall, nft",
    "r42-default, work, iptables",
    "r41-default, sys-net, shell",
  })
  void answerAsTheTools(String fixture, String name, String list)
      throws IOException, InterruptedException {
    Path capture = Fixtures.named(fixture).capture();
    Machine machine = CaptureLoader.load(capture).network().machine(name).orElseThrow();
    List<String> devices = Namespace.devices(machine);
    List<String> commands = commands(list);
    Namespace.Left left =
        Namespace.commands(capture.resolve("vms").resolve(name), devices, commands);
    List<String> real = new ArrayList<>();
    List<String> model = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      ScriptRun run =
          ScriptRunner.run(
              SourceText.of("script", commands.get(i)), machine, Invocation.Files.NONE);
      machine = run.machine();
      String status = run.status().isPresent() ? "" + run.status().getAsInt() : "unknown";
      String said =
          run.commands().stream()
              .map(Executed::message)
              .filter(message -> !message.isEmpty())
              .findFirst()
              .orElse("");
      model.add(commands.get(i) + "\n    " + status + " " + first(said));
      real.add(
          commands.get(i) + "\n    " + left.statuses().get(i) + " " + first(left.errors().get(i)));
    }
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      if (!real.get(i).equals(model.get(i))) {
        wrong.add("the tools: " + real.get(i) + "\nthe model: " + model.get(i));
      }
    }
    assertEquals(List.of(), wrong, () -> "\n" + String.join("\n", wrong) + "\n");
    Machine after = machine;
    assertEquals(
        Shown.rules(left.machine()),
        Shown.rules(after),
        () -> Shown.difference(left.machine(), after));
  }

  /**
   * The first line. Where nft finds a name that is near, it guesses at it and leaves "Could not
   * process rule" away: both are left away here.
   */
  private static String first(String message) {
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("; did you mean .*", "")
        .replaceFirst("Could not process rule: ", "");
  }

  /** Commands with a blank line between. */
  private static List<String> commands(String list) throws IOException {
    try (InputStream in = ToolsTest.class.getResourceAsStream("tools/" + list)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return List.of(text.strip().split("\n(?=\\$ )")).stream()
          .map(command -> command.substring(2))
          .toList();
    }
  }
}
