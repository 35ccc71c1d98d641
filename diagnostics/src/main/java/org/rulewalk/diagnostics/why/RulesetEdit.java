package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Rules put into a machine of the model. The model gets what the parser makes of the same text that
 * a command has.
 */
final class RulesetEdit {
  private RulesetEdit() {}

  /** A rule in the language of iptables, without {@code -A CHAIN}. */
  static Rule iptables(String text, IpVersion version, Table table) {
    String dump = "*" + table.name() + "\n:C - [0:0]\n-A C " + text + "\nCOMMIT\n";
    return unplaced(
        IptablesSaveParser.parse(SourceText.of("fix", dump), version, table.tool(), new Problems())
            .tables());
  }

  /** A rule in the language of nft for a table of a family. */
  static Rule nft(String text, Family family) {
    return unplaced(tables("table " + family.word() + " t {\n chain c {\n  " + text + "\n }\n}\n"));
  }

  private static List<Table> tables(String nft) {
    return NftTextParser.parse(SourceText.of("fix", nft), new Problems()).tables();
  }

  private static Rule unplaced(List<Table> tables) {
    Rule rule = tables.get(0).chains().get(0).rules().get(0);
    return new Rule(
        0,
        rule.statements(),
        OptionalLong.empty(),
        "",
        Optional.empty(),
        Source.NONE,
        Optional.empty());
  }

  /** The network with a command carried out on a machine, as its text says. */
  static Network commanded(Network before, String machine, String command) {
    return before
        .machine(machine)
        .map(
            each ->
                before.with(
                    ScriptRunner.run(SourceText.of("", command), each, Invocation.Files.NONE)
                        .machine()))
        .orElse(before);
  }

  /** The network with a rule in a chain of a machine's table, before the rule of that number. */
  static Network inserted(
      Network before, String machine, Table table, String chain, int number, Rule rule) {
    return edited(
        before,
        machine,
        table,
        each -> each.name().equals(chain) ? each.with(with(each.rules(), number, rule)) : each);
  }

  /** The network with a rule at a chain's end. */
  static Network appended(Network before, String machine, Table table, String chain, Rule rule) {
    return inserted(before, machine, table, chain, Integer.MAX_VALUE, rule);
  }

  private static Network edited(
      Network before, String name, Table table, java.util.function.UnaryOperator<Chain> edit) {
    Machine machine = before.machine(name).orElseThrow();
    List<Table> tables = new ArrayList<>();
    for (Table each : machine.ruleset().tables()) {
      boolean same =
          each.family() == table.family()
              && each.name().equals(table.name())
              && each.tool() == table.tool();
      tables.add(same ? each.with(each.chains().stream().map(edit).toList()) : each);
    }
    return before.with(machine.with(new Ruleset(tables)));
  }

  private static List<Rule> with(List<Rule> before, int number, Rule rule) {
    List<Rule> rules = new ArrayList<>(before);
    rules.add(Math.min(number - 1, rules.size()), rule);
    List<Rule> numbered = new ArrayList<>();
    for (Rule each : rules) {
      numbered.add(each.numbered(numbered.size() + 1));
    }
    return numbered;
  }

  /** The network with the chains of a table's text, where the machine has none of their names. */
  static Network withChains(Network before, String name, String nft) {
    return merged(before, name, tables(nft).get(0));
  }

  /** The same for iptables' tables. */
  static Network withTable(
      Network before, String name, String dump, IpVersion version, Table.Tool tool) {
    return merged(
        before,
        name,
        IptablesSaveParser.parse(SourceText.of("fix", dump), version, tool, new Problems())
            .tables()
            .get(0));
  }

  private static Network merged(Network before, String name, Table made) {
    Machine machine = before.machine(name).orElseThrow();
    List<Table> tables = new ArrayList<>(machine.ruleset().tables());
    for (int i = 0; i < tables.size(); i++) {
      Table each = tables.get(i);
      boolean same =
          each.family() == made.family()
              && each.name().equals(made.name())
              && each.tool() == made.tool();
      if (same) {
        List<Chain> chains = new ArrayList<>(each.chains());
        made.chains().stream()
            .filter(chain -> each.chain(chain.name()).isEmpty())
            .forEach(chains::add);
        tables.set(i, each.with(chains));
        return before.with(machine.with(new Ruleset(tables)));
      }
    }
    tables.add(made);
    return before.with(machine.with(new Ruleset(tables)));
  }
}
