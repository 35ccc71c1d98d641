package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Rule;

/**
 * What the files of a machine would add to its rules, beside what is in force: the other half of
 * {@link Start#lost}.
 *
 * @param kept the scripts that were captured, in the order of a start
 * @param unread scripts that exist and never run, but whose text was not captured
 * @param customPersist whether custom-persist switches scripts off
 * @param knowsServices whether the capture has the list of the machine's services
 */
public record Persisted(
    List<Kept> kept, List<Unread> unread, boolean customPersist, boolean knowsServices) {
  /** Nothing is known of scripts. */
  public static final Persisted NONE = new Persisted(List.of(), List.of(), false, false);

  /** Keeps copies. */
  public Persisted {
    kept = List.copyOf(kept);
    unread = List.copyOf(unread);
  }

  /**
   * A script.
   *
   * @param obstacle why it never runs; empty where nothing is known to stop it
   */
  public record Kept(
      StartScript script, Optional<Start.Obstacle> obstacle, Invocation.Files files) {
    /** The machine after the script, as far as that is certain. */
    public Machine on(Machine machine) {
      return ScriptRunner.run(script.text(), machine, files).machine();
    }

    /** Whether a rule was added by this script, run on the model. */
    public boolean added(Rule rule) {
      return script.text().file().equals(rule.source().file());
    }
  }

  /**
   * A script whose text the capture lacks.
   *
   * @param path where it lies on the machine
   * @param file what the capture would have it as
   */
  public record Unread(String path, String file, Start.Obstacle obstacle) {}

  /** What a capture tells of a machine's scripts. */
  public static Persisted of(Capture capture, Machine machine) {
    Optional<Start> start = Start.of(capture, machine);
    if (start.isEmpty()) {
      return NONE;
    }
    StartScripts files = new StartScripts(capture, machine.name());
    List<Kept> kept = new ArrayList<>();
    for (StartScript script : start.get().scripts()) {
      Optional<Start.Obstacle> obstacle = Optional.ofNullable(start.get().blocked().get(script));
      kept.add(new Kept(script, obstacle, files.asSeen()));
    }
    List<Unread> unread = new ArrayList<>();
    for (StartScript script : files.notCaptured()) {
      Start.obstacle(capture, machine, script)
          .ifPresent(why -> unread.add(new Unread(script.path(), script.text().file(), why)));
    }
    List<String> services = Start.services(capture, machine);
    return new Persisted(
        kept, unread, services.contains(Start.CUSTOM_PERSIST_SERVICE), !services.isEmpty());
  }
}
