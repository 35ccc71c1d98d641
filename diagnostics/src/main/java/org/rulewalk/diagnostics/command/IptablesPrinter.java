package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.parsers.iptables.IptablesCommand;
import org.rulewalk.parsers.iptables.IptablesCommand.Action;
import org.rulewalk.parsers.iptables.ListedRule;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/** What {@code iptables -L} and {@code -S} print. */
final class IptablesPrinter {
  private final IptablesCommand command;
  private final Table table;
  private final List<Listing.Line> lines = new ArrayList<>();

  IptablesPrinter(IptablesCommand command, Table table) {
    this.command = command;
    this.table = table;
  }

  Listing print(List<Chain> chains) {
    if (command.action() == Action.SAVE) {
      chains.forEach(this::declaration);
      chains.forEach(chain -> chain.rules().forEach(rule -> saved(chain, rule)));
    } else {
      for (Chain chain : chains) {
        if (!lines.isEmpty()) {
          add("", true);
        }
        table(chain);
      }
    }
    return new Listing(lines, true);
  }

  private void add(String text, boolean exact, boolean words) {
    lines.add(new Listing.Line(text, exact, words));
  }

  private void add(String text, boolean exact) {
    lines.add(new Listing.Line(text, exact));
  }

  private void declaration(Chain chain) {
    if (chain instanceof Chain.Base) {
      String policy = ((Chain.Base) chain).policy().name();
      add("-P " + chain.name() + " " + policy, !command.verbose());
    } else {
      add("-N " + chain.name(), true);
    }
  }

  private void saved(Chain chain, Rule rule) {
    Optional<String> words = SavedText.words(rule);
    String text = ("-A " + chain.name() + " " + words.orElse(rule.source().text())).strip();
    add(text, words.isPresent() && !command.verbose());
  }

  private void table(Chain chain) {
    boolean counted = command.verbose();
    if (chain instanceof Chain.Base) {
      String counters = counted ? " 0 packets, 0 bytes" : "";
      add(
          "Chain "
              + chain.name()
              + " (policy "
              + ((Chain.Base) chain).policy().name()
              + counters
              + ")",
          !counted,
          true);
    } else {
      long uses =
          table.chains().stream()
              .flatMap(each -> each.rules().stream())
              .filter(rule -> ChainEdits.targets(rule).contains(chain.name()))
              .count();
      add("Chain " + chain.name() + " (" + uses + " references)", true);
    }
    String number = command.numbered() ? "num  " : "";
    add(
        number
            + (counted
                ? " pkts bytes target     prot opt in     out     source               destination"
                : "target     prot opt source               destination"),
        true);
    chain.rules().forEach(this::row);
  }

  private void row(Rule rule) {
    Optional<String> words = SavedText.words(rule);
    if (words.isEmpty()) {
      add(rule.source().text(), false);
      return;
    }
    ListedRule.Protocols protocols =
        command.numeric() && table.tool() == Table.Tool.IPTABLES_NFT
            ? ListedRule.Protocols.NUMBERS
            : ListedRule.Protocols.NAMES;
    ListedRule listed = ListedRule.of(words.get(), command.version(), protocols);
    String number = command.numbered() ? String.format(Locale.ROOT, "%-4d ", rule.number()) : "";
    // columns of interfaces and counters, and names in the place of numbers, are not written here
    boolean exact = listed.exact() && !command.verbose() && command.numeric();
    boolean known = listed.exact() && command.numeric();
    String more = command.verbose() ? " " + words.get() : "";
    lines.add(new Listing.Line(number + listed.text() + more, exact, known));
  }
}
