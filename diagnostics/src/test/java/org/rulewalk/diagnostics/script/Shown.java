package org.rulewalk.diagnostics.script;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/** A machine's rules as lines that two machines can be compared by: what rules mean, in order. */
final class Shown {
  private Shown() {}

  static String rules(Machine machine) {
    Map<String, StringBuilder> chains = new TreeMap<>();
    for (Table table : machine.ruleset().tables()) {
      if (isEmpty(table)) {
        continue;
      }
      chains.put(table.title(), new StringBuilder());
      for (NamedSet set : table.sets().values()) {
        StringBuilder lines = new StringBuilder();
        set.elements().elements().stream()
            .map(e -> e.key().toString())
            .sorted()
            .forEach(key -> lines.append("  ").append(key).append('\n'));
        chains.put(table.title() + " set " + set.name(), lines);
      }
      for (Chain chain : table.chains()) {
        if (isIdle(chain)) {
          continue;
        }
        StringBuilder lines = new StringBuilder();
        if (chain instanceof Chain.Base) {
          Chain.Base base = (Chain.Base) chain;
          lines.append("  ").append(base.hook()).append(' ').append(base.priority().value());
          lines.append(' ').append(base.type()).append(' ').append(base.policy()).append('\n');
        }
        for (Rule rule : chain.rules()) {
          lines.append("  ").append(meaning(rule)).append(rule.comment()).append('\n');
        }
        chains.put(table.title() + " " + chain.name(), lines);
      }
    }
    StringBuilder all = new StringBuilder();
    chains.forEach((name, lines) -> all.append(name).append('\n').append(lines));
    return all.toString();
  }

  /** The lines that only one of them has. */
  static String difference(Machine real, Machine model) {
    List<String> one = rules(real).lines().toList();
    List<String> other = rules(model).lines().toList();
    StringBuilder text = new StringBuilder("\n");
    one.stream().filter(l -> !other.contains(l)).forEach(l -> text.append("REAL  " + l + "\n"));
    other.stream().filter(l -> !one.contains(l)).forEach(l -> text.append("MODEL " + l + "\n"));
    return text + "\n";
  }

  /** iptables-save prints chains of its own that need not be there: they decide nothing. */
  private static boolean isIdle(Chain chain) {
    return chain instanceof Chain.Base
        && chain.rules().isEmpty()
        && ((Chain.Base) chain).policy().word().equals("accept");
  }

  private static boolean isEmpty(Table table) {
    return table.sets().isEmpty()
        && table.chains().stream().allMatch(Shown::isIdle)
        && table.tool() != Table.Tool.NFT;
  }

  private static List<Statement> meaning(Rule rule) {
    return rule.statements().stream()
        .filter(
            statement ->
                !(statement instanceof Statement.Note
                    && ((Statement.Note) statement).kind() == Statement.Note.Kind.COUNTER))
        .toList();
  }
}
