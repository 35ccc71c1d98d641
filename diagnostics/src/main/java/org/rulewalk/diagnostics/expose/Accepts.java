package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.why.PeoplesChain;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/**
 * Places for a rule that lets packets pass a base chain that drops them: the chain that is meant
 * for people's rules, or the start of that base chain, before whatever drops.
 */
final class Accepts {
  private Accepts() {}

  /** Rules that may help, the usual first. */
  static List<Edit> candidates(Table table, Chain base, Traffic traffic) {
    List<Edit> edits = new ArrayList<>();
    PeoplesChain.of(table, base).ifPresent(chain -> edits.add(people(table, chain, traffic)));
    edits.add(at(table, base, traffic));
    return edits;
  }

  private static Edit people(Table table, Chain chain, Traffic traffic) {
    Edit edit = at(table, chain, traffic);
    return PeoplesChain.isDockers(chain) ? edit.afterServices() : edit;
  }

  private static Edit at(Table table, Chain chain, Traffic traffic) {
    return table.tool() == Table.Tool.NFT
        ? Edit.nft(
            table.family(),
            table.name(),
            chain.name(),
            traffic.nft() + " counter accept",
            traffic.tag(traffic.destination().map(Object::toString).orElse("this VM")))
        : Edit.iptables(
            traffic.version(),
            table.tool(),
            table.name(),
            chain.name(),
            traffic.iptables() + " -j ACCEPT");
  }
}
