package org.rulewalk.diagnostics.fixes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.insight.Attachment;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What scripts of PedOS do that a lab has not: joining a VM anew (network/vif-route, setup-ip),
 * writing translations (network/setup-dnat-to-ns), applying the agent's resolvers. By machine.
 */
final class StandIns {
  private static final List<String> VIRTUAL = List.of("10.139.1.1", "10.139.1.2");

  private StandIns() {}

  /** Empty for a fix whose commands the lab runs as they are. */
  static Optional<Map<String, List<String>>> of(Answer answer, Fix fix) {
    String first = fix.now().get(0);
    for (Insight insight : answer.causes().stream().flatMap(c -> c.insight().stream()).toList()) {
      if (insight instanceof Insight.StaleNetvm) {
        Attachment attachment = ((Insight.StaleNetvm) insight).attachment();
        if (first.startsWith("qvm-prefs " + attachment.vm() + " netvm ")) {
          return Optional.of(joined(answer, attachment));
        }
      }
      if (insight instanceof Insight.NamesNotTranslated && isTranslation(first)) {
        Insight.NamesNotTranslated names = (Insight.NamesNotTranslated) insight;
        return Optional.of(translated(answer, names.provider(), names.resolvers()));
      }
      if (insight instanceof Insight.OldResolver && isTranslation(first)) {
        Insight.OldResolver old = (Insight.OldResolver) insight;
        return Optional.of(translated(answer, old.provider(), old.resolvers()));
      }
      if (insight instanceof Insight.ResolverNotListed && first.contains("/etc/resolv.conf")) {
        Insight.ResolverNotListed list = (Insight.ResolverNotListed) insight;
        String elements =
            String.join(", ", list.targets().stream().map(IpAddress::toString).toList());
        return Optional.of(
            Map.of(
                list.provider(),
                List.of("nft add element ip PedOS-firewall dns-addr '{ " + elements + " }'")));
      }
    }
    return Optional.empty();
  }

  private static boolean isTranslation(String command) {
    return command.endsWith("setup-dnat-to-ns");
  }

  private static Map<String, List<String>> joined(Answer answer, Attachment attachment) {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    String vif = attachment.vif().orElseThrow();
    String address = attachment.address().toString();
    List<String> there = new ArrayList<>();
    there.add("ip link set " + vif + " up");
    there.add("ip route flush exact " + address + "/32");
    there.add("ip route add " + address + "/32 dev " + vif + " scope link");
    if (isOfSets(answer.network().machine(attachment.provider()).orElseThrow())) {
      there.add("nft add element ip PedOS allowed '{ \"" + vif + "\" . " + address + " }'");
      there.add("nft add element ip PedOS downstream '{ " + address + " }'");
    }
    commands.put(attachment.provider(), there);
    String gateway = attachment.gateway().orElseThrow().toString();
    String uplink = attachment.uplink();
    commands.put(
        attachment.vm(),
        List.of(
            "ip link set " + uplink + " up",
            "ip route replace " + gateway + "/32 dev " + uplink + " scope link",
            "ip route replace default via " + gateway + " dev " + uplink + " onlink"));
    return commands;
  }

  private static boolean isOfSets(Machine provider) {
    return provider.ruleset().tables().stream()
        .map(Table::name)
        .anyMatch(name -> PedosNames.isSame(name, "PedOS"));
  }

  private static Map<String, List<String>> translated(
      Answer answer, String provider, List<IpAddress> resolvers) {
    boolean sets = isOfSets(answer.network().machine(provider).orElseThrow());
    List<String> commands = new ArrayList<>();
    commands.add(sets ? "nft flush chain ip PedOS dnat-dns" : "iptables -t nat -F PR-PEDOS");
    for (String virtual : VIRTUAL) {
      for (String protocol : List.of("udp", "tcp")) {
        commands.add(
            sets
                ? "nft add rule ip PedOS dnat-dns ip daddr "
                    + virtual
                    + " "
                    + protocol
                    + " dport 53 dnat to "
                    + resolvers.get(0)
                : "iptables -t nat -A PR-PEDOS -d "
                    + virtual
                    + " -p "
                    + protocol
                    + " --dport 53 -j DNAT --to-destination "
                    + resolvers.get(0));
      }
    }
    return Map.of(provider, commands);
  }
}
