package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Lost;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Writes tables as {@code iptables-save -c} and {@code ip6tables-save -c} print them.
 *
 * <p>What was written is read again: a rule that would then do something else is told, and so is
 * one that iptables has no words for. Such a rule stands in a remark; all others are there.
 */
public final class IptablesWriter {
  private final Writing how;
  private final IpVersion version;
  private final Table.Tool tool;
  private final Problems problems;
  private final String head;
  private final StringBuilder text = new StringBuilder();

  /** Rules that stand in remarks. */
  private final Set<Rule> leftOut = new HashSet<>();

  private IptablesWriter(
      Writing how, IpVersion version, Table.Tool tool, String head, Problems problems) {
    this.how = how;
    this.version = version;
    this.tool = tool;
    this.head = head;
    this.problems = problems;
  }

  /** Writes tables of one tool and IP version; what can't be written goes to {@code problems}. */
  public static String write(List<Table> tables, Writing how, Problems problems) {
    if (tables.isEmpty()) {
      return "";
    }
    Table first = tables.get(0);
    IpVersion version = first.family() == Family.IP6 ? IpVersion.IPV6 : IpVersion.IPV4;
    IptablesWriter writer =
        new IptablesWriter(how, version, first.tool(), head(first, tables), problems);
    writer.line(writer.head);
    tables.forEach(writer::table);
    writer.check(tables);
    return writer.text.toString();
  }

  /** What nft lists of a rule of iptables: the names of its extensions. */
  public static String asListed(Rule rule) {
    Chain.Counter count = rule.counter().orElse(new Chain.Counter(0, 0));
    String counter = "counter packets " + count.packets() + " bytes " + count.bytes();
    try {
      // only options differ between the IP versions, and they are not listed
      return RuleWords.listed(rule, counter);
    } catch (Unwritable e) {
      return "xt match \"unknown\" " + counter;
    }
  }

  /** Tells what the versions of the tool would load differently. */
  private static String head(Table first, List<Table> tables) {
    String name = first.family() == Family.IP6 ? "ip6tables-save" : "iptables-save";
    if (first.tool() == Table.Tool.IPTABLES_LEGACY) {
      return "# In the form of " + name + " (legacy)";
    }
    if (tables.stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .anyMatch(NeededHeaders::showOldTool)) {
      return "# In the form of " + name + " v1.8.7 (nf_tables)";
    }
    switch (MergedTests.evidence(tables)) {
      case AS_ONE:
        return "# In the form of " + name + " v1.8.9 (nf_tables)";
      case SEPARATELY:
        return "# In the form of " + name + " v1.8.11 (nf_tables)";
      default:
        return "# In the form of " + name + " (nf_tables)";
    }
  }

  private void line(String words) {
    text.append(words).append('\n');
  }

  private void table(Table table) {
    line("*" + table.name());
    for (Chain chain : table.chains()) {
      line(":" + Words.quoted(chain.name()) + " " + policy(chain));
    }
    for (Chain chain : table.chains()) {
      chain.rules().forEach(rule -> rule(table, chain, rule));
    }
    line("COMMIT");
  }

  private static String policy(Chain chain) {
    if (!(chain instanceof Chain.Base)) {
      return "- [0:0]";
    }
    Chain.Base base = (Chain.Base) chain;
    String policy = base.policy() == Verdict.Simple.DROP ? "DROP " : "ACCEPT ";
    return policy + counter(base.policyCounter().orElse(new Chain.Counter(0, 0)));
  }

  private static String counter(Chain.Counter counter) {
    return "[" + counter.packets() + ":" + counter.bytes() + "]";
  }

  private void rule(Table table, Chain chain, Rule rule) {
    String reason = how.forLoading() ? Lost.reason(rule).orElse("") : "";
    try {
      if (!reason.isEmpty()) {
        throw new Unwritable(reason);
      }
      line(words(table, chain, rule));
    } catch (Unwritable e) {
      leftOut.add(rule);
      tell("not-writable", e.getMessage(), rule.source());
      line("# " + rule.source().text().replaceAll("[\\p{Cntrl}]", " "));
    }
  }

  private void tell(String id, String message, Source where) {
    problems.warn(id, message, where, 0, "it stands in a remark; the rest is written");
  }

  private String words(Table table, Chain chain, Rule rule) {
    if (how.ownTexts()) {
      Optional<String> own = ownText(table, chain, rule);
      if (own.isPresent()) {
        return own.get();
      }
    }
    String count = rule.counter().map(IptablesWriter::counter).map(c -> c + " ").orElse("");
    String words = RuleWords.of(rule, version);
    return (count + "-A " + Words.quoted(chain.name()) + " " + words).strip();
  }

  /** The line that the rule was read from, if it still says what the rule does. */
  private Optional<String> ownText(Table table, Chain chain, Rule rule) {
    String line = rule.source().text();
    String start = line.startsWith("[") ? line.substring(line.indexOf(' ') + 1) : line;
    if (!start.startsWith("-A ")) {
      return Optional.empty();
    }
    String name = Words.quoted(chain.name());
    String file = head + "\n*" + table.name() + "\n:" + name + " - [0:0]\n" + line + "\nCOMMIT\n";
    List<Table> read = parse(file);
    boolean one = read.size() == 1 && read.get(0).chains().size() == 1;
    List<Rule> rules = one ? read.get(0).chains().get(0).rules() : List.of();
    return rules.size() == 1 && Differences.same(rules.get(0), rule, Differences.Exactness.EXACT)
        ? Optional.of(line)
        : Optional.empty();
  }

  private List<Table> parse(String file) {
    return IptablesSaveParser.parse(SourceText.of("", file), version, tool, new Problems())
        .tables();
  }

  /** Reads what was written: it must be the same. */
  private void check(List<Table> tables) {
    List<Table> read = parse(text.toString());
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        List<Rule> same =
            read.stream()
                .filter(t -> t.name().equals(table.name()))
                .findFirst()
                .flatMap(t -> t.chain(chain.name()))
                .map(Chain::rules)
                .orElse(List.of());
        check(chain, same);
      }
    }
  }

  private void check(Chain chain, List<Rule> read) {
    List<Rule> written = new ArrayList<>(chain.rules());
    written.removeIf(leftOut::contains);
    for (int i = 0; i < written.size(); i++) {
      boolean same =
          i < read.size()
              && Differences.same(written.get(i), read.get(i), Differences.Exactness.EXACT);
      if (!same) {
        problems.warn(
            "written-differently",
            "iptables can't say all of this rule: what is written does not do the same",
            written.get(i).source(),
            0,
            "");
      }
    }
  }
}
