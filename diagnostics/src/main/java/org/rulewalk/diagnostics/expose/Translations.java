package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Ways in which a machine's rules may send a port on to the next machine, in the language in which
 * its rules are written, the usual first.
 */
final class Translations {
  private static final String OWN_TABLE = "port-forward";
  private static final String OWN_CHAIN = "custom-dnat";
  private static final String USUAL = "dstnat";

  /** Before all chains of the usual priority, whatever they translate. */
  private static final String EARLIER = "-101";

  private static final int USUAL_PRIORITY = -100;
  private static final int EARLIER_PRIORITY = -101;

  private final Machine machine;
  private final Traffic traffic;
  private final Way.Stop next;

  Translations(Machine machine, Traffic traffic, Way.Stop next) {
    this.machine = machine;
    this.traffic = traffic;
    this.next = next;
  }

  List<List<Edit>> candidates() {
    Optional<Table> base =
        machine.ruleset().tables().stream()
            .filter(t -> t.tool() == Table.Tool.NFT && t.family() == family())
            .filter(t -> PedosNames.isBaseTable(t.name()))
            .findFirst();
    if (base.isPresent()) {
      return List.of(
          own(base.get().name(), Optional.of(base.get()), USUAL, USUAL_PRIORITY),
          own(base.get().name(), Optional.of(base.get()), EARLIER, EARLIER_PRIORITY));
    }
    List<Table> iptables =
        machine.ruleset().tables().stream()
            .filter(t -> t.tool() != Table.Tool.NFT && t.family().sees(traffic.version()))
            .toList();
    List<List<Edit>> ways = new ArrayList<>();
    if (!iptables.isEmpty()) {
      boolean legacy = iptables.stream().allMatch(t -> t.tool() == Table.Tool.IPTABLES_LEGACY);
      Table.Tool tool = legacy ? Table.Tool.IPTABLES_LEGACY : Table.Tool.IPTABLES_NFT;
      String rule = traffic.iptables() + " -j DNAT --to-destination " + target();
      ways.add(List.of(Edit.iptables(traffic.version(), tool, "nat", "PREROUTING", rule)));
    }
    for (Table table : machine.ruleset().tables()) {
      boolean sees = table.tool() == Table.Tool.NFT && table.family().sees(traffic.version());
      for (Chain chain : sees ? table.chains() : List.<Chain>of()) {
        if (isTranslating(chain)) {
          ways.add(List.of(rule(table.family(), table.name(), chain.name())));
        }
      }
    }
    Optional<Table> ours = machine.ruleset().table(family(), OWN_TABLE, Table.Tool.NFT);
    List<Edit> withTable = new ArrayList<>();
    withTable.add(Edit.table(family(), OWN_TABLE, ours.isEmpty()));
    withTable.addAll(own(OWN_TABLE, ours, EARLIER, EARLIER_PRIORITY));
    ways.add(withTable);
    return ways;
  }

  private Family family() {
    return traffic.version() == IpVersion.IPV4 ? Family.IP : Family.IP6;
  }

  private String target() {
    boolean bracket = traffic.version() == IpVersion.IPV6;
    String address = bracket ? "[" + next.address() + "]" : next.address().toString();
    return next.port() == traffic.port() ? next.address().toString() : address + ":" + next.port();
  }

  private static boolean isTranslating(Chain chain) {
    return chain instanceof Chain.Base
        && ((Chain.Base) chain).type() == Chain.Type.NAT
        && ((Chain.Base) chain).hook() == Hook.PREROUTING;
  }

  /** A rule in a chain of its own, beside those that PedOS writes anew. */
  private List<Edit> own(String table, Optional<Table> there, String priority, int number) {
    String name = priority.equals(USUAL) ? OWN_CHAIN : OWN_CHAIN + "-first";
    String free = name;
    for (int n = 2; there.flatMap(named(free)).filter(c -> !fits(c, number)).isPresent(); n++) {
      free = name + "-" + n;
    }
    boolean isNew = there.flatMap(named(free)).isEmpty();
    return List.of(
        Edit.natChain(family(), table, free, priority, isNew), rule(family(), table, free));
  }

  private static java.util.function.Function<Table, Optional<Chain>> named(String name) {
    return table -> table.chain(name);
  }

  private static boolean fits(Chain chain, int priority) {
    return isTranslating(chain) && ((Chain.Base) chain).priority().value() == priority;
  }

  private Edit rule(Family family, String table, String chain) {
    // in an inet table nft wants to know the version
    String version = family == Family.INET ? (family() == Family.IP ? "ip " : "ip6 ") : "";
    return Edit.nft(
        family,
        table,
        chain,
        traffic.nft() + " counter dnat " + version + "to " + target(),
        traffic.tag(target()));
  }
}
