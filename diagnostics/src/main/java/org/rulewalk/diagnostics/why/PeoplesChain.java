package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/** Which chains of PedOS are meant for people's own rules, and which its agent writes anew. */
public final class PeoplesChain {
  private static final String CUSTOM = "custom-";
  private static final String DOCKER_USER = "DOCKER-USER";
  private static final String ZONE_INPUT = "filter_IN_";
  private static final String ZONE_ALLOWED = "_allow";

  private PeoplesChain() {}

  /**
   * The chain for people's rules that the deciding one asks: of PedOS from R4.2 on, of Docker, of a
   * zone of firewalld.
   */
  public static Optional<Chain> of(Table table, Chain decided) {
    if (decided.name().equals("FORWARD")) {
      return table.chain(DOCKER_USER);
    }
    if (decided.name().startsWith(ZONE_INPUT)) {
      return table.chain(decided.name() + ZONE_ALLOWED);
    }
    boolean has = decided.name().equals("forward") || decided.name().equals("input");
    return has ? table.chain(CUSTOM + decided.name()) : Optional.empty();
  }

  /** Whether a chain is Docker's for people's rules; it ends with a return. */
  public static boolean isDockers(Chain chain) {
    return chain.name().equals(DOCKER_USER);
  }

  /** Whether the agent writes this chain, so that rules in it are lost at the next change. */
  static boolean isAgents(Chain chain) {
    return chain instanceof Chain.Regular
        && PedosNames.isOurs(chain.name())
        && !chain.name().startsWith(CUSTOM);
  }

  /** Whether a machine holds the senders behind it to the addresses that PedOS gave them. */
  static boolean hasAntiSpoofing(Machine machine) {
    return machine.ruleset().tables().stream()
        .anyMatch(
            table ->
                table.chains().stream()
                    .anyMatch(
                        chain ->
                            chain.rules().stream()
                                .anyMatch(rule -> isAntiSpoofing(table, chain, rule))));
  }

  /**
   * Whether a rule drops senders that PedOS did not give their address. What it knows of them is
   * written anew with every client, and no rule is to get round it.
   */
  static boolean isAntiSpoofing(Table table, Chain chain, Rule rule) {
    boolean set = PedosNames.isOurs(table.name()) && chain.name().equals("antispoof");
    boolean older =
        table.tool() != Table.Tool.NFT
            && table.name().equals("raw")
            && chain.name().equals("PREROUTING")
            && rule.source().text().contains(" vif")
            && rule.statements().stream().anyMatch(PeoplesChain::isForOtherSenders);
    return set || older;
  }

  private static boolean isForOtherSenders(Statement statement) {
    if (!(statement instanceof Match.Compare)) {
      return false;
    }
    Match.Compare compare = (Match.Compare) statement;
    return compare.operator() == Match.Operator.NOT_EQUAL
        && compare.left() instanceof Expression.Header
        && (((Expression.Header) compare.left()).field() == HeaderField.IP_SADDR
            || ((Expression.Header) compare.left()).field() == HeaderField.IP6_SADDR);
  }
}
