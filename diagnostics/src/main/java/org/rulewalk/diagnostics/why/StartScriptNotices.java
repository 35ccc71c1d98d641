package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.startup.Persisted;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.Source;

/**
 * Whether a start script has the rule that is missing: the question is asked once more with the
 * scripts of the machines that stop the packet run on the model, and where that gets it further,
 * the lines that did are told, and why they are not in force.
 */
final class StartScriptNotices {
  private static final String RC_LOCAL = "/rw/config/rc.local";

  private final Evidence evidence;
  private final Network network;
  private final Asking asking;
  private final Map<String, Persisted> persisted = new LinkedHashMap<>();
  private final List<Notice> notices = new ArrayList<>();
  private final List<Answer.Assumed> assumed = new ArrayList<>();

  StartScriptNotices(Evidence evidence, Network network, Asking asking) {
    this.evidence = evidence;
    this.network = network;
    this.asking = asking;
  }

  /** Looks into the scripts of every machine that is in the way. */
  void look(List<Cause> causes) {
    Network changed = network;
    for (String name : stoppedBy(causes)) {
      Machine machine = network.machine(name).orElseThrow();
      Persisted scripts = evidence.persisted(machine);
      persisted.put(name, scripts);
      for (Persisted.Kept kept : scripts.kept()) {
        machine = kept.on(machine);
      }
      changed = changed.with(machine);
      scripts.unread().forEach(each -> unread(name, each));
    }
    if (persisted.values().stream().allMatch(scripts -> scripts.kept().isEmpty())) {
      return;
    }
    Asking.Seen seen = asking.ask(changed, Choices.LIKELY);
    Optional<Cause> left = seen.isSuccess() ? Optional.empty() : Causes.first(changed, seen);
    if (left.filter(cause -> Cure.isSame(causes.get(0), cause)).isEmpty()) {
      persisted.forEach(
          (name, scripts) ->
              scripts.kept().forEach(kept -> tell(name, scripts, kept, rules(seen, kept), seen)));
    }
  }

  /** Machines whose rules stop the packet; a service that died has its own explanation. */
  private Set<String> stoppedBy(List<Cause> causes) {
    Set<String> names = new LinkedHashSet<>();
    for (Cause cause : causes) {
      if (cause.kind() == CauseKind.FIREWALL_SERVICE_FAILED) {
        return Set.of();
      }
      if (network.machine(cause.machine()).filter(m -> !m.isExternal()).isPresent()) {
        names.add(cause.machine());
      }
    }
    return names;
  }

  /** Rules of a script that decided about the packet or an answer. */
  private static List<Source> rules(Asking.Seen seen, Persisted.Kept kept) {
    return seen.trace().journeys().stream()
        .flatMap(journey -> journey.steps().stream())
        .filter(Step.OfRule.class::isInstance)
        .map(step -> ((Step.OfRule) step).rule())
        .filter(kept::added)
        .map(Rule::source)
        .distinct()
        .toList();
  }

  private void tell(
      String name, Persisted scripts, Persisted.Kept kept, List<Source> rules, Asking.Seen seen) {
    if (rules.isEmpty()) {
      return;
    }
    String path = kept.script().path();
    String lines =
        rules.stream()
            .map(rule -> Integer.toString(rule.line()))
            .distinct()
            .collect(Collectors.joining(", "));
    boolean several = lines.contains(",");
    String what =
        (several ? "Lines " : "Line ")
            + lines
            + " of "
            + path
            + (several ? " add the rules" : " adds the rule")
            + (seen.isSuccess()
                ? " that would let this pass, but "
                : " that would take this further, but ");
    String none = several ? "they are not in force: " : "it is not in force: ";
    Source place = rules.get(0);
    if (kept.obstacle().isPresent()) {
      notices.add(idle(name, kept, kept.obstacle().get(), what, place));
    } else if (kept.script().executable().isEmpty()) {
      assumed.add(
          new Answer.Assumed(
              what
                  + none
                  + "whether "
                  + name
                  + " may run the script is not known without its mode.",
              "vms/" + name + "/rw-config/modes.txt",
              false));
    } else if (!scripts.knowsServices()) {
      assumed.add(
          new Answer.Assumed(
              what
                  + none
                  + "whether "
                  + name
                  + " runs the script is not known without its services (custom-persist switches"
                  + " scripts off).",
              "vms/" + name + "/services.txt",
              false));
    } else {
      notices.add(
          new Notice(
              "script-not-run-since",
              name,
              what
                  + none
                  + "scripts run at the start only; this one was changed after it ran, or the rule"
                  + " was deleted since. To run it now:",
              Optional.of(place),
              List.of(path)));
    }
  }

  private static Notice idle(
      String name, Persisted.Kept kept, Start.Obstacle obstacle, String what, Source place) {
    String path = kept.script().path();
    String never = what + "the script never runs: " + because(name, obstacle) + ". ";
    String kind = "script-never-runs";
    Optional<Source> at = Optional.of(place);
    switch (obstacle) {
      case NOT_EXECUTABLE:
        return new Notice(
            kind, name, never + "To mend that, and run it:", at, List.of("chmod +x " + path, path));
      case NO_INTERPRETER:
        return new Notice(
            kind,
            name,
            never + "To mend that:",
            at,
            List.of("sed -i '1i #!/bin/sh' " + path, "systemctl restart PedOS-firewall"));
      case NO_FIREWALL_SERVICE:
        return new Notice(
            kind,
            name,
            never + "Its lines belong into " + RC_LOCAL + ". To move them there, and run them:",
            at,
            List.of("cat " + path + " >> " + RC_LOCAL, "chmod +x " + RC_LOCAL, "sh " + path));
      default:
        return new Notice(
            kind,
            "dom0",
            never + "To switch that off, in dom0, from the next start of " + name + " on:",
            at,
            List.of("qvm-features " + name + " service.custom-persist ''"));
    }
  }

  private static String because(String name, Start.Obstacle obstacle) {
    switch (obstacle) {
      case NOT_EXECUTABLE:
        return "it is not executable";
      case NO_INTERPRETER:
        return "its first line has no \"#!\", and the firewall's service starts it without a shell";
      case NO_FIREWALL_SERVICE:
        return "only VMs that supply networking run it, and " + name + " is none";
      default:
        return "custom-persist is on for " + name + " and switches the scripts of /rw/config off";
    }
  }

  private void unread(String name, Persisted.Unread script) {
    assumed.add(
        new Answer.Assumed(
            script.path()
                + " of "
                + name
                + " never runs: "
                + because(name, script.obstacle())
                + ". Whether it has the missing rule is not known without its text.",
            script.file(),
            false));
  }

  /** What was not known. */
  List<Answer.Assumed> assumed() {
    return assumed;
  }

  /** What was found; also where a fix is to be kept in a file that nothing runs. */
  List<Notice> notices(List<Fix> fixes) {
    List<Notice> all = new ArrayList<>(notices);
    for (Map.Entry<String, Persisted> each : persisted.entrySet()) {
      String name = each.getKey();
      boolean kept =
          fixes.stream()
              .anyMatch(fix -> fix.machine().equals(name) && fix.file().startsWith("/rw/config/"));
      boolean told =
          notices.stream().anyMatch(n -> n.machine().equals("dom0") && n.text().contains(name));
      if (each.getValue().customPersist() && kept && !told) {
        all.add(
            new Notice(
                "custom-persist",
                "dom0",
                "custom-persist is on for "
                    + name
                    + ": it runs no script of /rw/config, so what is kept there has no effect. To"
                    + " switch that off, in dom0:",
                Optional.empty(),
                List.of("qvm-features " + name + " service.custom-persist ''")));
      }
    }
    return all;
  }
}
