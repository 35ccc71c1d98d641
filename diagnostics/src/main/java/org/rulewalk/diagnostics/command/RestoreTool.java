package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.iptables.Builtin;
import org.rulewalk.parsers.iptables.IptablesCommandReader;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** iptables-restore: a table is changed as a whole or not at all. */
final class RestoreTool {
  private final Machine before;
  private final Invocation invocation;
  private final String program;
  private final IpVersion version;
  private final Table.Tool tool;
  private boolean keeps;
  private Optional<String> only = Optional.empty();

  RestoreTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
    boolean six = invocation.program().startsWith("ip6");
    this.version = six ? IpVersion.IPV6 : IpVersion.IPV4;
    this.program = six ? "ip6tables" : "iptables";
    this.tool = IptablesTool.tool(before, invocation.program());
  }

  Outcome run() {
    Optional<String> text = Optional.empty();
    List<String> words = invocation.arguments();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-n") || word.equals("--noflush")) {
        keeps = true;
      } else if (word.equals("-T") || word.equals("--table")) {
        i++;
        only = i < words.size() ? Optional.of(words.get(i)) : only;
      } else if (!word.startsWith("-")) {
        text = invocation.files().text(word);
        if (text.isEmpty()) {
          return Outcome.notUnderstood(
              before, "`" + word + "` is not in the capture: what it holds isn't known");
        }
      } else if (word.equals("-t") || word.equals("--test")) {
        return Outcome.nothing(before, 0);
      }
    }
    if (text.isEmpty()) {
      text = invocation.input().filter(Listing::isExact).map(Listing::text);
    }
    return text.map(this::load)
        .orElseGet(() -> Outcome.notUnderstood(before, "what it is to load isn't known"));
  }

  private Outcome load(String text) {
    Machine machine = before;
    Machine committed = before;
    String table = "";
    String doubt = "";
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("*")) {
        table = line.substring(1).strip();
        machine = keeps || isSkipped(table) ? machine : flushed(machine, table);
      } else if (line.equals("COMMIT")) {
        committed = machine;
        table = "";
      } else if (!isSkipped(table)) {
        Outcome outcome =
            line.startsWith(":") ? declare(machine, table, line) : rule(machine, table, line);
        if (outcome.kind() == Outcome.Kind.REFUSED) {
          return Outcome.refused(
              committed,
              outcome.status().orElse(1),
              program + "-restore: line " + (i + 1) + " failed");
        }
        if (outcome.kind() == Outcome.Kind.NOT_UNDERSTOOD) {
          return Outcome.notUnderstood(before, outcome.message());
        }
        doubt = outcome.kind() == Outcome.Kind.PARTLY_UNDERSTOOD ? outcome.message() : doubt;
        machine = outcome.machine();
      }
    }
    return doubt.isEmpty() ? Outcome.changed(committed) : Outcome.partly(committed, doubt);
  }

  private boolean isSkipped(String table) {
    return only.filter(wanted -> !wanted.equals(table)).isPresent();
  }

  private Machine flushed(Machine machine, String name) {
    Family family = version == IpVersion.IPV4 ? Family.IP : Family.IP6;
    return machine
        .ruleset()
        .table(family, name, tool)
        .map(
            table ->
                machine.with(
                    machine
                        .ruleset()
                        .with(
                            table.with(
                                table.chains().stream()
                                    .filter(chain -> chain instanceof Chain.Base)
                                    .map(ChainEdits::emptied)
                                    .toList()))))
        .orElse(machine);
  }

  private Outcome declare(Machine machine, String table, String line) {
    List<String> words = IptablesCommandReader.words(line.substring(1));
    if (words.size() < 2) {
      return Outcome.refused(machine, 1, "");
    }
    String chain = words.get(0);
    if (Builtin.place(table, chain).isPresent()) {
      return words.get(1).equals("-")
          ? Outcome.nothing(machine, 0)
          : run(machine, table, List.of("-P", chain, words.get(1)), line);
    }
    Outcome made = run(machine, table, List.of("-N", chain), line);
    return made.kind() == Outcome.Kind.REFUSED
        ? run(machine, table, List.of("-F", chain), line)
        : made;
  }

  private Outcome rule(Machine machine, String table, String line) {
    List<String> words = new ArrayList<>(IptablesCommandReader.words(line));
    if (!words.isEmpty() && words.get(0).startsWith("[")) {
      words.remove(0);
    }
    return run(machine, table, words, line);
  }

  private Outcome run(Machine machine, String table, List<String> words, String line) {
    List<String> all = new ArrayList<>(List.of(invocation.program().replace("-restore", "")));
    all.addAll(List.of("-t", table));
    all.addAll(words);
    Source place = invocation.source();
    Source at = new Source(place.file(), place.line(), place.column(), line);
    Invocation one = new Invocation(all, Optional.empty(), Invocation.Files.NONE, at);
    return new IptablesTool(machine, one).run();
  }
}
