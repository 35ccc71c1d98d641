package org.rulewalk.diagnostics.whatif;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.write.CaptureWriter;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/** Saves a changed network as a capture, reads it again, and tells what is not the same in it. */
public final class Saving {
  private static final int MOST = 20;

  private Saving() {}

  /**
   * Saves it.
   *
   * @param path where the original is
   * @param after the network as it is to be
   * @return what was not written as it is in the model, each in a sentence; none if all was
   * @throws IOException if the directory can't be used; its message says why
   */
  public static List<String> save(Path path, Capture capture, Network after, Path directory)
      throws IOException {
    Problems problems = new Problems();
    CaptureWriter.write(path, capture, after, directory, problems);
    List<String> lacking = new ArrayList<>();
    problems.list().forEach(problem -> lacking.add(problem.where() + ": " + problem.message()));
    Network again = CaptureLoader.load(directory).network();
    for (Machine machine : after.machines().values()) {
      if (!machine.isExternal()) {
        Optional<Machine> read = again.machine(machine.name());
        read.ifPresent(other -> compare(machine, other, lacking));
        if (read.isEmpty()) {
          lacking.add(machine.name() + " has no files");
        }
      }
    }
    if (!Set.copyOf(after.links()).equals(Set.copyOf(again.links()))) {
      lacking.add(
          "the links between machines are not the same when it is read: they follow from addresses"
              + " and routes; add them to capture.json to keep them");
    }
    return lacking;
  }

  /** The base chains that both have, in the order in which they were made. */
  private static List<String> order(Machine machine, Machine other) {
    List<Map.Entry<Integer, String>> chains = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      Optional<Table> same = other.ruleset().tables().stream().filter(table::isSame).findFirst();
      for (Chain chain : table.chains()) {
        boolean known = same.flatMap(there -> there.chain(chain.name())).isPresent();
        if (known && chain instanceof Chain.Base) {
          String name = table.title() + " " + chain.name();
          chains.add(Map.entry(((Chain.Base) chain).order(), name));
        }
      }
    }
    return chains.stream()
        .sorted(Comparator.comparing((Map.Entry<Integer, String> each) -> each.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static void compare(Machine wanted, Machine read, List<String> lacking) {
    List<Difference> differences = MachineDifferences.between(wanted, read);
    differences.stream()
        .limit(MOST)
        .forEach(
            each ->
                lacking.add(
                    wanted.name()
                        + ": "
                        + each.kind().word()
                        + " "
                        + each.place()
                        + " `"
                        + each.before()
                        + "` is read again as `"
                        + each.after()
                        + "`"));
    if (differences.size() > MOST) {
      lacking.add(wanted.name() + ": and " + (differences.size() - MOST) + " more");
    }
    if (!order(wanted, read).equals(order(read, wanted))) {
      lacking.add(wanted.name() + ": chains of one priority are asked in another order");
    }
    for (CaptureFile file : CaptureFile.values()) {
      if (wanted.missing().contains(file) && !read.missing().contains(file)) {
        lacking.add(
            wanted.name()
                + ": "
                + file.fileName()
                + " was not in the capture; the one that is written holds what follows from the"
                + " rest and from the commands, and no more");
      }
    }
  }
}
