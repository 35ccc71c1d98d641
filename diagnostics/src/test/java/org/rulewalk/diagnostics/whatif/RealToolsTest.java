package org.rulewalk.diagnostics.whatif;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/**
 * {@code ip}, {@code ipset}, {@code sysctl} and {@code conntrack} on the model give the exit status
 * and the message that the real tools give in a namespace, and leave the same behind.
 */
class RealToolsTest {
  @TempDir private Path folder;

  @BeforeEach
  void namespaces() {
    RealMachine.need();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ip-address", "ip-route", "ip-rule", "ip-neigh", "ipset", "sysctl", "conntrack"})
  void answerAsTheTools(String list) throws IOException, InterruptedException {
    compare(commands(list));
  }

  /** What nobody planned: commands that meet each other's addresses, routes, rules and sets. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void answerAsTheToolsToRandomCommands(long seed) throws IOException, InterruptedException {
    compare(new RandomCommands(seed).some(120));
  }

  private void compare(List<String> commands) throws IOException, InterruptedException {
    RealMachine real = RealMachine.with(folder, commands);
    Machine machine = real.before();
    List<String> wrong = new ArrayList<>();
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
      String model = status + " " + RealMachine.first(said);
      if (!model.equals(real.said().get(i))) {
        wrong.add(commands.get(i) + "\n    REAL  " + real.said().get(i) + "\n    MODEL " + model);
      }
    }
    for (Difference each : MachineDifferences.between(real.after(), machine)) {
      if (each.kind() == Difference.Kind.NEIGHBOUR && isAsked(each)) {
        continue;
      }
      wrong.add(
          "afterwards, "
              + each.kind().word()
              + " "
              + each.place()
              + "\n    REAL  "
              + each.before()
              + "\n    MODEL "
              + each.after());
    }
    assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong) + "\n");
  }

  /** An entry that the kernel made by itself, for a packet of its own. */
  private static boolean isAsked(Difference each) {
    String words = each.before() + each.after();
    return words.endsWith("INCOMPLETE") || words.endsWith("FAILED");
  }

  /** One command a line; lines that begin with # are remarks. */
  private static List<String> commands(String list) throws IOException {
    try (InputStream in = RealToolsTest.class.getResourceAsStream("tools/" + list)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
  }
}
