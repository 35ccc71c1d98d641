package org.rulewalk.parsers.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Ruleset;

/** A machine's rules as files, loaded again as a capture, are the same rules. */
class RuleFilesTest {
  @Test
  void allMachinesOfAllCaptures(@TempDir Path folder) throws IOException {
    int machines = 0;
    for (Path capture : Corpus.captures()) {
      for (Machine machine : CaptureLoader.load(capture).network().machines().values()) {
        if (!machine.isExternal()) {
          isSame(machine, folder.resolve(String.valueOf(machines++)));
        }
      }
    }
    assertTrue(machines > 150, machines + " machines");
  }

  private static void isSame(Machine machine, Path folder) throws IOException {
    Problems problems = new Problems();
    Map<CaptureFile, String> files = RuleFiles.of(machine, problems);
    assertEquals(List.of(), problems.list(), machine.name());
    Path vm = Files.createDirectories(folder.resolve("vms").resolve(machine.name()));
    for (Map.Entry<CaptureFile, String> file : files.entrySet()) {
      Files.writeString(vm.resolve(file.getKey().fileName()), file.getValue());
    }
    if (files.isEmpty()) {
      return;
    }
    Machine again = CaptureLoader.load(folder).network().machine(machine.name()).orElseThrow();
    assertEquals(
        List.of(),
        Differences.between(
            machine.ruleset().tables(), again.ruleset().tables(), Differences.Exactness.EXACT),
        folder + " " + machine.name());
    assertEquals(order(machine.ruleset()), order(again.ruleset()));
    assertEquals(machine.ipsets().keySet(), again.ipsets().keySet());
  }

  /** The base chains in the order in which hooks ask those of one priority. */
  private static List<String> order(Ruleset ruleset) {
    List<Map.Entry<Integer, String>> chains = new ArrayList<>();
    ruleset
        .tables()
        .forEach(
            table ->
                table.chains().stream()
                    .filter(Chain.Base.class::isInstance)
                    .forEach(
                        chain ->
                            chains.add(
                                Map.entry(
                                    ((Chain.Base) chain).order(),
                                    table.title() + " " + chain.name()))));
    return chains.stream()
        .sorted(Comparator.comparing(Map.Entry<Integer, String>::getKey))
        .map(Map.Entry::getValue)
        .toList();
  }
}
