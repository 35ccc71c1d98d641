package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rulewalk.diagnostics.whatif.Order;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * A command or script as the user gave it: {@code machine: command}, {@code machine:file}.
 *
 * @param script whether it names a file with a script
 */
record GivenOrder(String text, boolean script) {
  private static final long MOST_BYTES = 4L << 20;

  /** What it means in this network; {@code number} counts all orders from 1. */
  Order order(Network network, int number) {
    List<String> captured =
        network.machines().values().stream()
            .filter(machine -> !machine.isExternal())
            .map(Machine::name)
            .toList();
    String machine = machine(captured);
    boolean named = text.startsWith(machine + ":");
    String rest = (named ? text.substring(machine.length() + 1) : text).strip();
    if (rest.isEmpty()) {
      throw new BadInput(option() + " \"" + text + "\": nothing stands behind the machine");
    }
    return script
        ? new Order(machine, SourceText.of(rest, content(Path.of(rest))), true)
        : new Order(machine, SourceText.of("--run " + number, rest), false);
  }

  private String option() {
    return script ? "--script" : "--run";
  }

  private String machine(List<String> captured) {
    int colon = text.indexOf(':');
    String first = colon < 0 ? "" : text.substring(0, colon).strip();
    if (captured.contains(first)) {
      return first;
    }
    boolean looksNamed = !first.isEmpty() && first.chars().noneMatch(Character::isWhitespace);
    if (captured.size() == 1 && !(looksNamed && !script)) {
      return captured.get(0);
    }
    String there = "; there are: " + String.join(", ", captured);
    if (first.equals("dom0")) {
      throw new BadInput(
          option()
              + " \""
              + text
              + "\": dom0's own commands are not carried out here, only those of captured machines"
              + there);
    }
    throw new BadInput(
        looksNamed
            ? option() + " \"" + text + "\": there is no captured machine \"" + first + "\"" + there
            : option()
                + " \""
                + text
                + "\": put the machine before it, as in \""
                + captured.get(0)
                + ": …\""
                + there);
  }

  private static String content(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadInput("--script: " + file + ": no such file");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new BadInput("--script: " + file + " has more than " + (MOST_BYTES >> 20) + " MiB");
      }
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw new BadInput("--script: " + file + " is no text in UTF-8");
    } catch (IOException e) {
      throw new BadInput("--script: " + file + " can't be read: " + e.getMessage());
    }
  }
}
