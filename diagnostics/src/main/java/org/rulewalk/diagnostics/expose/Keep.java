package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.diagnostics.startup.StartScript;
import org.rulewalk.diagnostics.startup.StartScripts;
import org.rulewalk.diagnostics.topology.Scripts;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.diagnostics.why.Kept;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Machine;

/**
 * Where a machine keeps its commands so that they come back at each start.
 *
 * @param file empty for a machine that has no such script (it is none of PedOS)
 * @param script the script as captured; empty where it is not there, or was not captured
 * @param folderKnown whether the capture tells what is in /rw/config
 * @param name what the part of the script is called
 * @param commands what the part does
 * @param switchedOff whether custom-persist keeps all scripts of this VM from running
 */
public record Keep(
    String file,
    Optional<StartScript> script,
    boolean folderKnown,
    String name,
    List<String> commands,
    boolean switchedOff) {
  private static final String SHELL = "#!/bin/sh";

  /** Keeps a copy. */
  public Keep {
    commands = List.copyOf(commands);
  }

  static Keep of(
      Capture capture, Topology topology, Machine machine, String name, List<Edit> edits) {
    String usual = Kept.script(machine);
    // the firewall's script runs only where the firewall does
    boolean noFirewall =
        topology
            .member(machine.name())
            .flatMap(Topology.Member::firewall)
            .filter(runs -> !runs)
            .isPresent();
    boolean late = edits.stream().anyMatch(Edit::late);
    String file = (noFirewall || late) && !usual.isEmpty() ? Scripts.LOCAL : usual;
    StartScripts files = new StartScripts(capture, machine.name());
    return new Keep(
        file,
        files.all().stream().filter(script -> script.path().equals(file)).findFirst(),
        files.isKnown(),
        name.replaceAll("[^A-Za-z0-9 ./:_-]", "_"),
        edits.stream().map(Edit::command).toList(),
        Start.isSwitchedOff(capture, machine));
  }

  private String begin() {
    return "# begin: " + name;
  }

  private String end() {
    return "# end: " + name;
  }

  /** Whether the file's first line names its shell already. */
  public boolean hasShell() {
    return script.map(StartScript::hasInterpreter).orElse(false);
  }

  /** What the file is to get; with its first line where the capture does not have the file. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (script.isEmpty()) {
      lines.add(SHELL);
    }
    lines.add(begin());
    lines.addAll(commands);
    lines.add(end());
    return lines;
  }

  /** The whole file as it is to be. */
  public String whole() {
    String before = script.map(each -> each.text().text()).orElse("");
    StringBuilder text = new StringBuilder();
    if (script.isPresent() && !hasShell()) {
      text.append(SHELL).append('\n');
    }
    text.append(before);
    if (!before.isEmpty() && !before.endsWith("\n")) {
      text.append('\n');
    }
    lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** The command that takes the lines out of the file again. */
  public String undo() {
    return "sed -i '\\|^" + begin() + "$|,\\|^" + end() + "$|d' " + file;
  }
}
