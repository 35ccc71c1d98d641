package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.command.ChainEdits;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.shell.ScriptReader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/**
 * A start of a machine on the model: its rules without those that someone added, then its scripts.
 *
 * @param machine as captured
 * @param scripts all that the capture has, in the order of a start
 * @param blocked why a script does not run; scripts that run are not in it
 * @param runs what each script does that runs
 * @param after the machine as the start leaves it, as far as that is certain
 * @param firewall whether the firewall's service runs there
 */
public record Start(
    Machine machine,
    List<StartScript> scripts,
    Map<StartScript, Obstacle> blocked,
    Map<StartScript, ScriptRun> runs,
    Machine after,
    boolean firewall) {
  static final String CUSTOM_PERSIST_SERVICE = "custom-persist";

  /** Keeps copies. */
  public Start {
    scripts = List.copyOf(scripts);
    blocked = Map.copyOf(blocked);
    runs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(runs));
  }

  /** Why a script never runs. */
  public enum Obstacle {
    /** Its mode has no x. */
    NOT_EXECUTABLE,
    /** The service starts it without a shell, and its first line names none. */
    NO_INTERPRETER,
    /** The firewall's service does not run on this machine. */
    NO_FIREWALL_SERVICE,
    /** custom-persist switches scripts off. */
    CUSTOM_PERSIST
  }

  /**
   * A rule in its place.
   *
   * @param twin another one like it, where that matters
   */
  public record Placed(Table table, Chain chain, Rule rule, Optional<Rule> twin) {}

  /**
   * A condition that is the wrong way round: it adds a rule only if it is there.
   *
   * @param pattern what it looks for
   * @param command what it then does
   */
  public record Inverted(Source source, String pattern, String command) {}

  /** A place in a script at which an address is to be filled in. */
  public record Placeholder(Source source, String text) {}

  /**
   * A rule that lets packets on to an address to which nothing is translated.
   *
   * @param allowed the address in the rule
   * @param target the address to which the script translates
   */
  public record Mismatch(Source source, String allowed, Source targetSource, String target) {}

  /** The start of a machine; empty where nothing is known of its scripts, or it isn't PedOS. */
  public static Optional<Start> of(Capture capture, Machine machine) {
    StartScripts files = new StartScripts(capture, machine.name());
    if (!files.isKnown() || !OwnRules.isPedOs(machine)) {
      return Optional.empty();
    }
    List<String> services = services(capture, machine);
    boolean firewall = hasFirewall(machine, services);
    Map<StartScript, Obstacle> blocked = new LinkedHashMap<>();
    Map<StartScript, ScriptRun> runs = new LinkedHashMap<>();
    Machine state = OwnRules.withoutAdded(machine);
    for (StartScript script : files.all()) {
      Optional<Obstacle> obstacle = obstacle(script, machine, services, firewall);
      if (obstacle.isPresent()) {
        blocked.put(script, obstacle.get());
        continue;
      }
      ScriptRun run = ScriptRunner.run(script.text(), state, files.asSeen());
      runs.put(script, run);
      state = run.machine();
    }
    return Optional.of(new Start(machine, files.all(), blocked, runs, state, firewall));
  }

  /**
   * The machine as its next start leaves it, with more lines in one of its scripts: that script
   * then runs, if nothing but its mode or its first line kept it from running.
   *
   * @param path the script, made if it is not there yet
   */
  public static Machine leaves(Capture capture, Machine machine, String path, SourceText more) {
    StartScripts files = new StartScripts(capture, machine.name());
    List<String> services = services(capture, machine);
    boolean firewall = hasFirewall(machine, services);
    Machine state = bare(machine);
    boolean added = false;
    for (StartScript script : files.all()) {
      boolean same = script.path().equals(path);
      if (!same && obstacle(script, machine, services, firewall).isEmpty()) {
        state = ScriptRunner.run(script.text(), state, files.asSeen()).machine();
      }
      if (same) {
        added = true;
        state = ScriptRunner.run(script.text(), state, files.asSeen()).machine();
        state = ScriptRunner.run(more, state, files.asSeen()).machine();
      }
    }
    return added ? state : ScriptRunner.run(more, state, files.asSeen()).machine();
  }

  /** The machine with the rules that PedOS gives it and no others; as it is if it isn't PedOS. */
  public static Machine bare(Machine machine) {
    return OwnRules.isPedOs(machine) ? OwnRules.withoutAdded(machine) : machine;
  }

  /** Whether custom-persist switches a machine's scripts off. */
  public static boolean isSwitchedOff(Capture capture, Machine machine) {
    return services(capture, machine).stream().anyMatch(CUSTOM_PERSIST_SERVICE::equals);
  }

  /** The services that are on; empty where the capture does not tell. */
  static List<String> services(Capture capture, Machine machine) {
    return capture.text(machine.name(), "services.txt").stream()
        .flatMap(text -> text.text().lines())
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** Why a script never runs; empty where nothing is known to stop it. */
  static Optional<Obstacle> obstacle(Capture capture, Machine machine, StartScript script) {
    List<String> services = services(capture, machine);
    return obstacle(script, machine, services, hasFirewall(machine, services));
  }

  private static boolean hasFirewall(Machine machine, List<String> services) {
    if (!services.isEmpty()) {
      return services.stream().anyMatch(PedosNames::isAgentTable);
    }
    boolean agent =
        machine.ruleset().tables().stream().anyMatch(t -> PedosNames.isAgentTable(t.name()));
    boolean clients =
        machine.interfaces().stream().anyMatch(device -> device.name().startsWith("vif"));
    return agent || clients || machine.settings().flag("net.ipv4.ip_forward", false);
  }

  private static Optional<Obstacle> obstacle(
      StartScript script, Machine machine, List<String> services, boolean firewall) {
    boolean persist = services.stream().anyMatch(CUSTOM_PERSIST_SERVICE::equals);
    if (persist) {
      return Optional.of(Obstacle.CUSTOM_PERSIST);
    }
    boolean forService = script.kind() == StartScript.Kind.FIREWALL;
    if (forService && !firewall) {
      return Optional.of(Obstacle.NO_FIREWALL_SERVICE);
    }
    if (script.executable().filter(runs -> !runs).isPresent()) {
      return Optional.of(Obstacle.NOT_EXECUTABLE);
    }
    return forService && !script.hasInterpreter() && !isOldest(machine)
        ? Optional.of(Obstacle.NO_INTERPRETER)
        : Optional.empty();
  }

  /** R3, whose service is a shell script that starts others by a shell. */
  private static boolean isOldest(Machine machine) {
    return machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .anyMatch(rule -> rule.source().text().contains("-i vif0.0 "));
  }

  /** Whether all that the scripts do is understood. */
  public boolean isUnderstood() {
    return runs.values().stream().allMatch(ScriptRun::isCertain);
  }

  /** Rules that are in force now, were added by someone, and that no script brings back. */
  public List<Placed> lost() {
    List<Placed> lost = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          if (OwnRules.isAdded(table, chain, rule) && !isIn(after, table, chain, rule)) {
            lost.add(new Placed(table, chain, rule, Optional.empty()));
          }
        }
      }
    }
    return lost;
  }

  private static boolean isIn(Machine machine, Table table, Chain chain, Rule rule) {
    return count(machine, table, chain, rule) > 0;
  }

  private static long count(Machine machine, Table table, Chain chain, Rule rule) {
    return machine
        .ruleset()
        .table(table.family(), table.name(), table.tool())
        .flatMap(same -> same.chain(chain.name()))
        .map(same -> same.rules().stream().filter(r -> ChainEdits.isSame(r, rule)).count())
        .orElse(0L);
  }

  /** Rules that a script would add that never runs, and that are not in force. */
  public List<Placed> missing(StartScript script, Capture capture) {
    StartScripts files = new StartScripts(capture, machine.name());
    Machine with = ScriptRunner.run(script.text(), machine, files.asSeen()).machine();
    List<Placed> missing = new ArrayList<>();
    for (Table table : with.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          boolean added = script.text().file().equals(rule.source().file());
          if (added && !isIn(machine, table, chain, rule)) {
            missing.add(new Placed(table, chain, rule, Optional.empty()));
          }
        }
      }
    }
    return missing;
  }

  /** Whether a rule may be brought back where a script's way isn't certain. */
  public boolean mayReturn(Placed placed) {
    return runs.values().stream()
        .flatMap(run -> run.possible().stream())
        .anyMatch(other -> isIn(other, placed.table(), placed.chain(), placed.rule()));
  }

  /** Whether a script that does not run would bring a rule back. */
  public Optional<StartScript> wouldReturnBy(Placed placed, Capture capture) {
    StartScripts files = new StartScripts(capture, machine.name());
    for (StartScript script : blocked.keySet()) {
      ScriptRun run = ScriptRunner.run(script.text(), after, files.asSeen());
      if (isIn(run.machine(), placed.table(), placed.chain(), placed.rule())) {
        return Optional.of(script);
      }
    }
    return Optional.empty();
  }

  /** Rules that the firewall's next start adds once more. */
  public List<Placed> doubled(Capture capture) {
    StartScripts files = new StartScripts(capture, machine.name());
    Machine again = after;
    for (StartScript script : scripts) {
      if (script.kind() == StartScript.Kind.FIREWALL && runs.containsKey(script)) {
        again = ScriptRunner.run(script.text(), again, files.asSeen()).machine();
      }
    }
    List<Placed> doubled = new ArrayList<>();
    for (Table table : again.ruleset().tables()) {
      // R3 loads table filter anew each time
      boolean renewed = isOldest(machine) && table.name().equals("filter");
      for (Chain chain : table.chains()) {
        for (Rule rule : renewed ? List.<Rule>of() : chain.rules()) {
          boolean more = count(again, table, chain, rule) > count(after, table, chain, rule);
          boolean told = doubled.stream().anyMatch(d -> ChainEdits.isSame(d.rule(), rule));
          if (more && !told && count(after, table, chain, rule) > 0) {
            doubled.add(new Placed(table, chain, rule, Optional.empty()));
          }
        }
      }
    }
    return doubled;
  }

  /** Rules that a script adds behind one that lets nothing past it. */
  public List<Placed> unreached() {
    List<Placed> unreached = new ArrayList<>();
    for (Table table : after.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        Optional<Rule> end = Optional.empty();
        for (Rule rule : chain.rules()) {
          if (end.isPresent() && isOfScript(rule)) {
            unreached.add(new Placed(table, chain, rule, end));
          }
          end = end.isEmpty() && Dead.endsAll(rule) ? Optional.of(rule) : end;
        }
      }
    }
    return unreached;
  }

  private boolean isOfScript(Rule rule) {
    return scripts.stream().anyMatch(script -> script.text().file().equals(rule.source().file()));
  }

  /** Commands that a tool refuses, and that were not meant to be asked only. */
  public List<Executed> refused() {
    return commands()
        .filter(
            each -> each.kind() == Outcome.Kind.REFUSED && each.certain() && !Guards.isAsking(each))
        .toList();
  }

  /** Commands that are not understood. */
  public List<Executed> notUnderstood() {
    return commands()
        .filter(
            each ->
                each.kind() == Outcome.Kind.NOT_UNDERSTOOD
                    || each.kind() == Outcome.Kind.PARTLY_UNDERSTOOD)
        .toList();
  }

  /** Commands of which it isn't certain that the script comes to them. */
  public List<Executed> uncertain() {
    return commands()
        .filter(each -> !each.certain() && each.kind() == Outcome.Kind.CHANGED)
        .toList();
  }

  private java.util.stream.Stream<Executed> commands() {
    return runs.values().stream().flatMap(run -> run.commands().stream());
  }

  /** Conditions that are the wrong way round. */
  public List<Inverted> inverted() {
    return scripts.stream().flatMap(script -> Guards.inverted(script.text()).stream()).toList();
  }

  /** Places that were not filled in. */
  public List<Placeholder> placeholders() {
    return scripts.stream()
        .flatMap(script -> Addresses.placeholders(script.text()).stream())
        .toList();
  }

  /** Rules of one script that don't fit one another. */
  public List<Mismatch> mismatches() {
    return scripts.stream()
        .flatMap(
            script ->
                Addresses.mismatches(ScriptCommands.of(ScriptReader.read(script.text()))).stream())
        .toList();
  }

  /** Searches of a firewall script that could never find what they look for, with the pattern. */
  public List<ScriptRun.Search> searches() {
    return runs.values().stream().flatMap(run -> run.searches().stream()).toList();
  }
}
