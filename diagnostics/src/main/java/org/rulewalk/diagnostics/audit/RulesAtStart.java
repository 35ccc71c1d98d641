package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.command.SavedText;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.diagnostics.startup.StartScript;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;

/** Rules that PedOS' next start loses, and those that it adds once more. */
final class RulesAtStart implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      Optional<Start> start = Start.of(subject.capture(), machine);
      if (start.isPresent()) {
        for (Start.Placed each : start.get().lost()) {
          found.add(lost(subject, start.get(), each));
        }
        for (Start.Placed each : start.get().doubled(subject.capture())) {
          found.add(doubled(start.get(), each));
        }
      }
    }
    return found;
  }

  private static Finding lost(Subject subject, Start start, Start.Placed placed) {
    String machine = start.machine().name();
    String script = StartScripts.scriptFor(start);
    String command = command(placed);
    Optional<StartScript> idle = start.wouldReturnBy(placed, subject.capture());
    String message;
    if (idle.isPresent()) {
      message =
          "This rule will be lost at the next start of "
              + machine
              + ": "
              + idle.get().path()
              + " would add it, but never runs.";
    } else if (start.mayReturn(placed)) {
      message =
          "This rule may be lost at the next start of "
              + machine
              + ": whether a script comes to the command that adds it is not known.";
    } else {
      message =
          "This rule will be lost at the next start of "
              + machine
              + ": it was added by hand, and no script adds it"
              + (start.isUnderstood() ? "." : ", as far as the scripts are understood.");
    }
    return new Finding(
            "rule-lost-at-start", Severity.WARNING, machine, placed.rule().source(), message)
        .mendedBy(
            idle.isPresent()
                ? Repair.inWords(machine, "Make " + idle.get().path() + " run.")
                : new Repair(
                    machine,
                    List.of("chmod +x " + script),
                    script,
                    List.of(command),
                    "Put the command into " + script + "."));
  }

  private static String command(Start.Placed placed) {
    Table table = placed.table();
    if (table.tool() == Table.Tool.NFT) {
      String rule =
          SavedText.nft(placed.rule())
              .orElse("")
              .replaceAll("counter packets \\d+ bytes \\d+", "counter");
      return "nft "
          + "'add rule "
          + table.family().word()
          + " "
          + table.name()
          + " "
          + placed.chain().name()
          + " "
          + rule
          + "'";
    }
    String tool = table.family() == Family.IP6 ? "ip6tables" : "iptables";
    String legacy = table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "";
    String where = table.name().equals("filter") ? "" : " -t " + table.name();
    return tool
        + legacy
        + " -w"
        + where
        + " -I "
        + placed.chain().name()
        + " "
        + placed.rule().number()
        + " "
        + SavedText.words(placed.rule()).orElse("");
  }

  private static Finding doubled(Start start, Start.Placed placed) {
    String machine = start.machine().name();
    // the agent removes its own table at a clean stop
    boolean agents = PedosNames.isAgentTable(placed.table().name());
    StringBuilder message = new StringBuilder();
    message.append(
        agents
            ? "This rule will be added twice when the firewall's service dies and starts again: its"
                + " table is then still there, and nothing asks whether the rule is."
            : "This rule will be added twice at the next firewall update: the script runs again"
                + " whenever the firewall's service starts, and nothing asks whether it is there.");
    Optional<ScriptRun.Search> blind =
        start.searches().stream()
            .filter(ScriptRun.Search::guards)
            .filter(search -> search.found().filter(f -> !f).isPresent())
            .filter(search -> isNumeric(search) && search.pattern().matches(".*[a-z]{3,}.*"))
            .filter(search -> search.source().line() < placed.rule().source().line())
            .reduce((first, second) -> second);
    blind.ifPresent(
        search ->
            message
                .append(" Its search for \"")
                .append(search.pattern())
                .append(
                    "\" finds nothing: from nft 0.9.1 on, -n lists numbers in the place of words,"
                        + " \"ct state 0x8\" for \"ct state new\"."));
    Repair repair =
        blind.isPresent()
            ? Repair.inWords(machine, "Leave -n away in the search: \"nft list …\".")
            : Repair.inWords(
                machine,
                placed.table().tool() == Table.Tool.NFT
                    ? "Ask first: \"if ! nft list table … | grep -q '…'; then … fi\"."
                    : "Ask first: \"iptables -C … || iptables -I …\".");
    return new Finding(
            "rule-added-twice",
            agents ? Severity.NOTE : Severity.WARNING,
            machine,
            placed.rule().source(),
            message.toString())
        .because(blind.map(search -> List.of(search.source())).orElse(List.of()))
        .mendedBy(repair);
  }

  private static boolean isNumeric(ScriptRun.Search search) {
    return search.searched().size() > 1
        && search.searched().get(0).endsWith("nft")
        && search.searched().stream().anyMatch(word -> word.matches("-n+a?n*"));
  }
}
