package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.rulewalk.diagnostics.command.ChainEdits;
import org.rulewalk.diagnostics.command.SavedText;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;

/**
 * Which rules PedOS itself loads, by what its files and its agent write
 * (QubesOS/qubes-core-agent-linux: network/iptables, network/qubes-ipv4.nft,
 * qubesagent/firewall.py); all others in its tables were added by someone.
 */
final class OwnRules {
  private static final Pattern IPTABLES =
      Pattern.compile(
          String.join(
              "|",
              "-m (conntrack --ctstate|state --state) (INVALID -j DROP|RELATED,ESTABLISHED -j ACCEPT)",
              "-i vif\\+ -p udp -m udp --dport 68 -j DROP",
              "(-i vif\\+ )?-p (icmp|ipv6-icmp) -j ACCEPT",
              "-[io] (lo|vif\\+|vif0\\.0) -j ACCEPT",
              "-i vif\\+ -o vif\\+ -j DROP",
              "(-i vif\\+ )?-j (DROP|REJECT( .*)?|MASQUERADE)",
              "(! )?-s \\S+ (! )?-i vif\\S+ -j DROP",
              "-o vif\\+ -p udp .*-j CHECKSUM .*"));

  private static final Pattern BASE =
      Pattern.compile(
          String.join(
              "|",
              "jump (custom|dnat)-\\S+",
              "ct state .*",
              "[io]ifgroup (!= )?2 .*",
              "[io]if \"?lo\"? (counter .*)?accept",
              "ip6? saddr @downstream .*",
              "(counter .*)?(drop|reject.*|masquerade|accept)",
              "(meta l4proto|icmpv6|ip6 nexthdr|icmp) .*",
              "counter packets \\d+ bytes \\d+",
              "jump _icmpv6"));

  private static final Pattern AGENT =
      Pattern.compile(
          String.join(
              "|",
              "ct state (established,related|related,established) (counter .*)?accept",
              "[io]ifname != \"?vif\\*\"? (ip6? [sd]addr .* (counter .*)?drop|(counter .*)?accept)",
              "ip6? saddr \\S+ (counter .*)?jump \\S+",
              "jump \\S+"));

  /** Chains of programs that load their rules themselves. */
  private static final Pattern OTHERS =
      Pattern.compile("(DOCKER|LIBVIRT|KUBE|CNI|ts-|f2b-|ufw|NETAVARK|nm-sh).*");

  private static final Set<String> BASE_CHAINS =
      Set.of("prerouting", "input", "forward", "output", "postrouting");

  private OwnRules() {}

  /** Whether the machine runs PedOS, as its tables and chains tell. */
  static boolean isPedOs(Machine machine) {
    return machine.ruleset().tables().stream()
        .anyMatch(
            table ->
                PedosNames.isOurs(table.name())
                    || table.chains().stream().anyMatch(chain -> PedosNames.isOurs(chain.name())));
  }

  /** Whether a rule was added by someone. */
  static boolean isAdded(Table table, Chain chain, Rule rule) {
    if (table.tool() == Table.Tool.NFT) {
      return isAddedToNft(table, chain, rule);
    }
    if (isOfOthers(chain) || PedosNames.isOurs(chain.name())) {
      return false;
    }
    boolean led =
        ChainEdits.targets(rule).stream()
            .anyMatch(to -> PedosNames.isOurs(to) || OTHERS.matcher(to).matches());
    Optional<String> words = SavedText.words(rule);
    return !led && words.isPresent() && !IPTABLES.matcher(words.get()).matches();
  }

  private static boolean isOfOthers(Chain chain) {
    return OTHERS.matcher(chain.name()).matches();
  }

  private static boolean isAddedToNft(Table table, Chain chain, Rule rule) {
    String text = SavedText.nft(rule).orElse("");
    if (!PedosNames.isOurs(table.name()) || text.isEmpty()) {
      return false;
    }
    if (chain.name().startsWith("custom-")) {
      return true;
    }
    boolean agent = PedosNames.isAgentTable(table.name());
    if (!BASE_CHAINS.contains(chain.name())) {
      return false;
    }
    return !(agent ? AGENT : BASE).matcher(text).matches();
  }

  /** The machine as its start leaves it before any script runs: without what was added. */
  static Machine withoutAdded(Machine machine) {
    Ruleset ruleset = machine.ruleset();
    for (Table table : ruleset.tables()) {
      Table left = table;
      List<Chain> kept = new ArrayList<>();
      for (Chain chain : table.chains()) {
        List<Rule> rules =
            chain.rules().stream().filter(rule -> !isAdded(table, chain, rule)).toList();
        boolean made =
            chain instanceof Chain.Regular
                && table.tool() != Table.Tool.NFT
                && !PedosNames.isOurs(chain.name())
                && !isOfOthers(chain);
        if (!made) {
          List<Rule> numbered = new ArrayList<>();
          rules.forEach(rule -> numbered.add(rule.numbered(numbered.size() + 1)));
          kept.add(chain.with(numbered));
        }
      }
      left = left.with(kept);
      ruleset = ruleset.with(left);
    }
    return machine.with(ruleset);
  }
}
