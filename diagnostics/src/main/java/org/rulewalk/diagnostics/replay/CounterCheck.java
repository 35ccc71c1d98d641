package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/**
 * Compares what rules counted in a replay with the counters of the capture, packets and bytes. They
 * agree where the counters stood at zero when the recording began and the capture was made when it
 * ended.
 *
 * @param compared how many counters the capture has
 * @param agree how many of them are the same
 */
public record CounterCheck(int compared, int agree, List<Difference> differences) {
  /** Keeps a copy. */
  public CounterCheck {
    differences = List.copyOf(differences);
  }

  /**
   * A counter that differs.
   *
   * @param rule its number, or 0 for the policy
   */
  public record Difference(
      String machine,
      String table,
      String chain,
      int rule,
      String captured,
      String replayed,
      Source source) {}

  /** Compares all counters of a network. */
  public static CounterCheck of(Network network, RuleCounts counts) {
    Comparison comparison = new Comparison(counts);
    for (Machine machine : network.machines().values()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          comparison.chain(machine.name(), table, chain);
        }
      }
    }
    return new CounterCheck(comparison.compared, comparison.agree, comparison.differences);
  }

  private static final class Comparison {
    private final RuleCounts counts;
    private final List<Difference> differences = new ArrayList<>();
    private int compared;
    private int agree;

    Comparison(RuleCounts counts) {
      this.counts = counts;
    }

    void chain(String machine, Table table, Chain chain) {
      for (Rule rule : chain.rules()) {
        one(machine, table, chain, rule.number(), rule.counter(), counts.of(rule), rule.source());
      }
      if (chain instanceof Chain.Base) {
        Chain.Base base = (Chain.Base) chain;
        one(machine, table, chain, 0, base.policyCounter(), counts.of(base), base.policySource());
      }
    }

    private void one(
        String machine,
        Table table,
        Chain chain,
        int rule,
        Optional<Chain.Counter> captured,
        RuleCounts.Count replayed,
        Source source) {
      if (captured.isEmpty()) {
        return;
      }
      compared++;
      Chain.Counter known = captured.get();
      if (known.packets() == replayed.packets() && known.bytes() == replayed.bytes()) {
        agree++;
        return;
      }
      differences.add(
          new Difference(
              machine,
              table.title(),
              chain.name(),
              rule,
              known.packets() + " packets, " + known.bytes() + " bytes",
              replayed.packets() + " packets, " + replayed.bytes() + " bytes",
              source));
    }
  }
}
