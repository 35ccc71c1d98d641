package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Makes one ruleset of what iptables-save and nft show of the same tables. nft tells the order of
 * tables and chains, which base chains exist, and handles; iptables-save tells the rules, because
 * nft can't print most iptables extensions.
 */
final class RulesetMerge {
  private static final int ORDER_UNKNOWN = -1;

  private final Problems problems;

  RulesetMerge(Problems problems) {
    this.problems = problems;
  }

  /** The tables of both, where an nft listing exists. */
  List<Table> join(List<Table> nft, List<Table> iptables) {
    List<Table> joined = new ArrayList<>();
    Set<Table> left = new LinkedHashSet<>(iptables);
    for (Table table : nft) {
      Optional<Table> same = left.stream().filter(t -> isSame(t, table)).findFirst();
      same.ifPresent(left::remove);
      joined.add(same.map(t -> join(table, t)).orElse(table));
    }
    for (Table table : left) {
      if (table.tool() == Table.Tool.IPTABLES_NFT && hasRules(table)) {
        problems.warn(
            "table-not-in-nft",
            "table `" + table.title() + "` is not in the nft listing, although it has rules",
            table.source(),
            0,
            "capture both at one time");
      }
      joined.add(table.tool() == Table.Tool.IPTABLES_NFT ? withoutIdleChains(table) : table);
    }
    return joined;
  }

  private static boolean isSame(Table iptables, Table nft) {
    return iptables.tool() == Table.Tool.IPTABLES_NFT
        && iptables.family() == nft.family()
        && iptables.name().equals(nft.name());
  }

  private static boolean hasRules(Table table) {
    return table.chains().stream().anyMatch(chain -> !chain.rules().isEmpty());
  }

  private Table join(Table nft, Table iptables) {
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : nft.chains()) {
      chains.add(iptables.chain(chain.name()).map(same -> join(nft, chain, same)).orElse(chain));
    }
    for (Chain chain : iptables.chains()) {
      // a base chain that nft does not list does not exist; iptables-save prints it all the same
      boolean idle = chain instanceof Chain.Base && chain.rules().isEmpty();
      if (nft.chain(chain.name()).isEmpty() && !idle) {
        problems.warn(
            "chain-not-in-nft",
            "chain `" + chain.name() + "` is not in the nft listing",
            chain.source(),
            0,
            "capture both at one time");
        chains.add(chain);
      }
    }
    return new Table(
        nft.family(),
        nft.name(),
        Table.Tool.IPTABLES_NFT,
        chains,
        nft.sets(),
        nft.objects(),
        nft.dormant(),
        nft.comment(),
        iptables.source());
  }

  private Chain join(Table table, Chain nft, Chain iptables) {
    if (nft.rules().size() != iptables.rules().size()) {
      problems.warn(
          "rules-differ",
          "chain `"
              + nft.name()
              + "` of `"
              + table.title()
              + "` has "
              + iptables.rules().size()
              + " rules here and "
              + nft.rules().size()
              + " in the nft listing, which counts",
          iptables.source(),
          0,
          "capture both at one time");
      return nft;
    }
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < nft.rules().size(); i++) {
      rules.add(join(nft.rules().get(i), iptables.rules().get(i)));
    }
    if (nft instanceof Chain.Base && iptables instanceof Chain.Base) {
      return join((Chain.Base) nft, (Chain.Base) iptables, rules);
    }
    return iptables.with(rules);
  }

  private static Rule join(Rule nft, Rule iptables) {
    return new Rule(
        iptables.number(),
        iptables.statements(),
        nft.handle(),
        iptables.comment(),
        iptables.counter().or(nft::counter),
        iptables.source(),
        Optional.of(nft.source()));
  }

  private static Chain join(Chain.Base nft, Chain.Base iptables, List<Rule> rules) {
    return new Chain.Base(
        nft.name(),
        rules,
        nft.type(),
        nft.hook(),
        nft.priority(),
        nft.policy(),
        nft.devices(),
        iptables.policyCounter().or(nft::policyCounter),
        nft.comment(),
        iptables.source(),
        iptables.policySource(),
        nft.order());
  }

  /** Tables of iptables-save alone: without chains that iptables shows but need not exist. */
  List<Table> alone(List<Table> iptables) {
    return iptables.stream()
        .map(table -> table.tool() == Table.Tool.IPTABLES_NFT ? withoutIdleChains(table) : table)
        .toList();
  }

  private static Table withoutIdleChains(Table table) {
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : table.chains()) {
      if (!(chain instanceof Chain.Base)) {
        chains.add(chain);
      } else if (!isIdle((Chain.Base) chain)) {
        chains.add(((Chain.Base) chain).withOrder(ORDER_UNKNOWN));
      }
    }
    return table.with(chains);
  }

  private static boolean isIdle(Chain.Base chain) {
    return chain.rules().isEmpty()
        && chain.policy() == Verdict.Simple.ACCEPT
        && chain.policyCounter().map(counter -> counter.packets() == 0).orElse(true);
  }

  /**
   * Says where the text and the JSON of one listing differ in tables, chains or numbers of rules.
   */
  void compare(List<Table> text, List<Table> json) {
    for (Table table : text) {
      Optional<Table> same =
          json.stream()
              .filter(t -> t.family() == table.family() && t.name().equals(table.name()))
              .findFirst();
      if (same.isEmpty()) {
        differ("table `" + table.title() + "` is not in the JSON listing", table.source());
      } else {
        compare(table, same.get());
      }
    }
    if (json.size() > text.size()) {
      differ("the JSON listing has more tables", json.get(json.size() - 1).source());
    }
  }

  private void compare(Table text, Table json) {
    for (Chain chain : text.chains()) {
      int there = json.chain(chain.name()).map(same -> same.rules().size()).orElse(-1);
      if (there != chain.rules().size()) {
        differ(
            "chain `"
                + chain.name()
                + "` of `"
                + text.title()
                + "` has "
                + chain.rules().size()
                + " rules here and "
                + (there < 0 ? "is not" : there)
                + " in the JSON listing",
            chain.source());
      }
    }
  }

  private void differ(String message, org.rulewalk.simulator.value.Source place) {
    problems.warn(
        "nft-listings-differ", message, place, 0, "the text counts; capture both at one time");
  }
}
