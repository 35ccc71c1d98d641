package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.diagnostics.startup.StartScript;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/** PedOS' start scripts: those that never run, and what in them does not do what it is meant to. */
final class StartScripts implements Check {
  private static final String USER_SCRIPT = "/rw/config/PedOS-firewall-user-script";
  private static final String RC_LOCAL = "/rw/config/rc.local";

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      Optional<Start> start = Start.of(subject.capture(), machine);
      start.ifPresent(
          s -> {
            for (StartScript script : s.scripts()) {
              neverRuns(s, script)
                  .map(finding -> withMissing(finding, s, script, subject))
                  .or(() -> NotKnown.mode(s, script, subject))
                  .ifPresent(found::add);
            }
            found.addAll(NotKnown.texts(machine, subject));
            commands(s, found);
          });
    }
    return found;
  }

  private static Optional<Finding> neverRuns(Start start, StartScript script) {
    Start.Obstacle obstacle = start.blocked().get(script);
    if (obstacle == null || script.isEmpty()) {
      return Optional.empty();
    }
    String machine = start.machine().name();
    Source place = script.text().whole();
    String path = script.path();
    switch (obstacle) {
      case NOT_EXECUTABLE:
        return Optional.of(
            new Finding(
                    "script-not-executable",
                    Severity.ERROR,
                    machine,
                    place,
                    path + " never runs: it is not executable, so nothing in it takes effect.")
                .mendedBy(
                    new Repair(
                        machine,
                        List.of("chmod +x " + path),
                        "",
                        List.of(),
                        "Make it executable; it runs from the next start on.")));
      case NO_INTERPRETER:
        return Optional.of(
            new Finding(
                    "script-without-interpreter",
                    Severity.ERROR,
                    machine,
                    script.text().atLine(1),
                    path
                        + " has no \"#!\" in its first line. The firewall's service starts it without"
                        + " a shell and dies of \"Exec format error\": no rules of any VM behind "
                        + machine
                        + " get loaded.")
                .mendedBy(
                    new Repair(
                        machine,
                        List.of(
                            "sed -i '1i #!/bin/sh' " + path, "systemctl restart PedOS-firewall"),
                        path,
                        List.of("#!/bin/sh"),
                        "Put \"#!/bin/sh\" above its first line.")));
      case NO_FIREWALL_SERVICE:
        return Optional.of(
            never(
                    start,
                    script,
                    "only VMs that supply networking run it, and "
                        + machine
                        + " is none. Its commands belong into "
                        + RC_LOCAL
                        + ".")
                .mendedBy(
                    new Repair(
                        machine,
                        List.of("chmod +x " + RC_LOCAL),
                        RC_LOCAL,
                        lines(script),
                        "Move its commands into " + RC_LOCAL + ".")));
      default:
        return Optional.of(
            never(
                    start,
                    script,
                    "custom-persist is on for "
                        + machine
                        + ", and switches the scripts of /rw/config off.")
                .mendedBy(
                    new Repair(
                        "dom0",
                        List.of("qvm-features " + machine + " service.custom-persist ''"),
                        "",
                        List.of(),
                        "Switch custom-persist off, or put the rules into the template's"
                            + " /etc/PedOS/PedOS-firewall.d.")));
    }
  }

  private static Finding never(Start start, StartScript script, String why) {
    return new Finding(
        "script-never-runs",
        Severity.ERROR,
        start.machine().name(),
        script.text().whole(),
        script.path() + " never runs: " + why);
  }

  /** What the script would add and is not in force, as the reason that shows on the live rules. */
  private static Finding withMissing(
      Finding finding, Start start, StartScript script, Subject subject) {
    List<Source> missing =
        start.missing(script, subject.capture()).stream()
            .map(placed -> placed.rule().source())
            .distinct()
            .toList();
    if (missing.isEmpty()) {
      return finding;
    }
    String rules =
        missing.size() == 1
            ? " The rule of line " + missing.get(0).line() + " is not in force."
            : " " + missing.size() + " rules of it are not in force.";
    return finding.saying(finding.message() + rules).because(missing);
  }

  private static List<String> lines(StartScript script) {
    return script
        .text()
        .text()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .filter(line -> !line.startsWith("#"))
        .limit(40)
        .toList();
  }

  private static void commands(Start start, List<Finding> found) {
    String machine = start.machine().name();
    Set<Integer> told = new HashSet<>();
    for (Start.Placeholder each : start.placeholders()) {
      told.add(each.source().line());
      found.add(
          new Finding(
                  "script-placeholder",
                  Severity.ERROR,
                  machine,
                  each.source(),
                  "\""
                      + each.text()
                      + "\" was never filled in: the tool refuses this command, and its rule is"
                      + " missing.")
              .mendedBy(
                  Repair.inWords(
                      machine,
                      "Put the real address in its place; \"qvm-ls -n\" in dom0 lists those of"
                          + " all VMs.")));
    }
    for (Start.Inverted each : start.inverted()) {
      found.add(
          new Finding(
                  "script-guard-inverted",
                  Severity.ERROR,
                  machine,
                  each.source(),
                  "This condition is the wrong way round: it adds the rule only if \""
                      + each.pattern()
                      + "\" is listed already, so it never adds it.")
              .mendedBy(
                  Repair.inWords(machine, "Put \"!\" behind \"if\": \"if ! … | grep …; then\".")));
    }
    for (Executed each : start.refused()) {
      if (!told.contains(each.source().line())) {
        found.add(refused(start, each));
      }
    }
    for (Start.Mismatch each : start.mismatches()) {
      found.add(
          new Finding(
                  "script-two-addresses",
                  Severity.WARNING,
                  machine,
                  each.source(),
                  "This rule lets packets on to "
                      + each.allowed()
                      + ", but the script translates them to "
                      + each.target()
                      + ": one of the two is not the VM's address.")
              .because(List.of(each.targetSource()))
              .mendedBy(
                  Repair.inWords(
                      machine, "Use one address in both; \"qvm-ls -n\" in dom0 shows which.")));
    }
    start.unreached().forEach(each -> found.add(unreached(machine, each)));
    start.notUnderstood().forEach(each -> found.add(notUnderstood(machine, each)));
    for (Executed each : start.uncertain()) {
      found.add(
          new Finding(
              "script-uncertain",
              Severity.NOTE,
              machine,
              each.source(),
              "Whether the script comes here is not known: it depends on " + each.doubt() + "."));
    }
  }

  private static Finding refused(Start start, Executed command) {
    String machine = start.machine().name();
    String said = command.message().lines().findFirst().orElse("");
    Finding finding =
        new Finding(
            "script-command-fails",
            Severity.ERROR,
            machine,
            command.source(),
            "This command fails at every start: \"" + said + "\". It adds nothing.");
    if (said.contains("Index of insertion too big")) {
      int place = command.words().indexOf("-I");
      String chain = place >= 0 ? command.words().get(place + 1) : "the chain";
      return new Finding(
              finding.id(),
              finding.severity(),
              machine,
              finding.source(),
              "This command fails at every start: "
                  + chain
                  + " has fewer rules than the place that it names (\""
                  + said
                  + "\"). Its rule is never added.")
          .mendedBy(
              Repair.inWords(
                  machine,
                  "Name a place that exists: \"-I "
                      + chain
                      + " 1\" puts the rule first, which is right for most."));
    }
    return finding;
  }

  private static Finding unreached(String machine, Start.Placed placed) {
    return new Finding(
            "script-rule-unreached",
            Severity.WARNING,
            machine,
            placed.rule().source(),
            "The script puts this rule at the end of "
                + placed.chain().name()
                + ", behind one that lets nothing past it: it never takes effect.")
        .because(placed.twin().map(rule -> List.of(rule.source())).orElse(List.of()))
        .mendedBy(
            Repair.inWords(
                machine,
                placed.table().tool() == org.rulewalk.simulator.rules.Table.Tool.NFT
                    ? "Use \"nft insert rule\" in the place of \"nft add rule\"."
                    : "Use \"-I " + placed.chain().name() + " 1\" in the place of \"-A\"."));
  }

  private static Finding notUnderstood(String machine, Executed command) {
    return new Finding(
        "script-not-understood",
        Severity.NOTE,
        machine,
        command.source(),
        "This command is not followed here (line "
            + command.source().line()
            + ", column "
            + command.source().column()
            + "): "
            + command.message()
            + ".");
  }

  /** The script that lasting commands of a machine belong into. */
  static String scriptFor(Start start) {
    return start.firewall() ? USER_SCRIPT : RC_LOCAL;
  }
}
